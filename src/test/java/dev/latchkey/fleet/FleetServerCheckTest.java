package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetServerCheckTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void aServerWithoutAnAgentGetsItAndStatesWhatItIs() {
    var owner = fleet.owner();
    var server = fleet.serverWithoutAgent(owner);

    var begin = Instant.now();
    var stated = WhmClient.of(owner).data("fleet_server_check", "api.wait", "20");
    var longest = Duration.between(begin, Instant.now()).toSeconds() + 1;

    assertThat(server.hasAgent()).isTrue();
    assertThat(stated.path("agent_version").asText()).isEqualTo("1");
    assertThat(stated.path("ssh_version").asText()).isNotEmpty();
    assertThat(stated.path("clock_offset").asLong()).isBetween(-longest, 1L);
    assertThat(stated.path("chain_status").asText()).isEqualTo("INACTIVE");
    assertThat(stated.path("stated_generation").asLong()).isZero();
  }

  @Test
  void aLineThatSomebodyTookAwayIsDrift() throws IOException {
    var support = fleet.supportCase();
    var before = support.authorizedKeys();
    support.grant();
    Files.writeString(Fleet.authorizedKeys(support.server()), before);

    var stated = support.client().data("fleet_server_check", "api.wait", "20");

    assertThat(stated.at("/grants/0/state").asText()).isEqualTo("MISSING");
  }

  @Test
  void aServerThatCannotBeReachedIsNamed() {
    var owner = fleet.owner();
    var name = "gone-" + owner.user();
    root()
        .data(
            "fleet_server_add",
            "name",
            name,
            "node",
            "mi-0000000000000000f",
            "owner",
            owner.user());

    assertThat(WhmClient.of(owner).failure("fleet_server_check"))
        .contains(name, "Systems Manager cannot reach");
    root().post("fleet_server_remove", "name", name);
  }

  @Test
  void aSweepThatStandsStillOrCannotRunIsAProblem() {
    var owner = fleet.owner();
    var server = RetoldServer.of(fleet.server(owner));
    var client = WhmClient.of(owner);
    var sweep = "{'top':{'simulated':0,'at':1795280000,'sweep':{'by':'systemd','last_at':LAST}}}";

    server.say(sweep.replace("LAST", "1795279700"));
    var fresh = client.data("fleet_server_check", "api.wait", "20");
    assertThat(fresh.path("problem").isNull()).as(fresh.toString()).isTrue();
    assertThat(fresh.path("sweep_by").asText()).isEqualTo("systemd");
    assertThat(fresh.path("sweep_at").asLong()).isEqualTo(1795279700);

    server.say(sweep.replace("LAST", "1795279699"));
    assertThat(
            client.data("fleet_server_check", "api.wait", "20").path("problem").asText())
        .contains("the sweep last ran at ", "is to run each minute");

    server.say(sweep.replace("LAST", "1795279700,'problem':'the timer is disabled'"));
    assertThat(
            client.data("fleet_server_check", "api.wait", "20").path("problem").asText())
        .isEqualTo("the sweep: the timer is disabled");
  }
}
