package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void itSaysWhoMayLogInFromWhereByWhichKeyAndUntilWhen() throws IOException {
    var support = fleet.supportCase();
    var client = support.client();
    support.grant();
    var ours = Keys.ed25519();
    client.data(
        "authorizesshkey",
        "text",
        ours,
        "authorize",
        "1",
        "options",
        "from=\"192.0.2.0/24\"",
        "api.wait",
        "20");
    var theirs = Keys.ed25519();
    Files.writeString(
        Fleet.authorizedKeys(support.server()), theirs + " me\n", StandardOpenOption.APPEND);

    var stated = client.data("fleet_server_check", "api.wait", "20");

    assertThat(texts(stated.path("summary")))
        .anySatisfy(line -> assertThat(line)
            .matches("May log in: ticket " + support.ticket()
                + " as root from 203.0.113.0/24 by SHA256:.{43} until 20[0-9T:-]+Z\\."))
        .anySatisfy(
            line -> assertThat(line)
                .matches(
                    "May log in: root from 192.0.2.0/24 by SHA256:.{43} "
                        + "\\(/root/.ssh/authorized_keys line [0-9]+, authorized by reseller[0-9]+\\) without an end\\."))
        .anySatisfy(line -> assertThat(line)
            .matches("May log in: root from anywhere by SHA256:.{43} "
                + "\\(/root/.ssh/authorized_keys line [0-9]+\\) without an end\\."));
    assertThat(stated.at("/grants/0/would_admit").asText()).isEqualTo("yes");
    assertThat(stated.at("/grants/0/file").asText()).isEqualTo("/root/.ssh/authorized_keys");
    assertThat(texts(stated.at("/grants/0/from"))).containsExactly("203.0.113.0/24");
    assertThat(stated.path("problem").isNull()).isTrue();
  }

  @Test
  void aFormerKeyOfTheSameAccountIsNotTheGrant() {
    var support = fleet.supportCase();
    support.grant();
    support.client().data("ticket_key_set", "ticket_id", support.ticket(), "key", Keys.ed25519());
    LocalSystemsManager.running().faults().next("Latchkey-Order", 1, PlannedFault.undeliverable());
    support.grant();

    var stated = support.client().data("fleet_server_check", "api.wait", "20");

    assertThat(texts(stated.path("summary")))
        .anySatisfy(line -> assertThat(line).startsWith("Not in place (not told yet): ticket "));
    assertThat(stated.at("/grants/0/state").asText()).isEqualTo("UNKNOWN");
    assertThat(stated.at("/grants/0").has("would_admit")).isFalse();
  }

  @Test
  void itNamesWhatStandsInTheWay() throws IOException {
    var support = fleet.supportCase();
    var client = support.client();
    support.grant();
    client.data("authorizesshkey", "text", Keys.ed25519(), "authorize", "1", "api.wait", "20");
    Files.writeString(support.server().folder().resolve("etc/ssh/sshd_config"), "DenyUsers root\n");

    var stated = client.data("fleet_server_check", "api.wait", "20");

    assertThat(texts(stated.path("summary")))
        .filteredOn(line -> line.startsWith("Would be refused: "))
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(line -> assertThat(line).contains("DenyUsers (/etc/ssh/sshd_config line 1)"));
    assertThat(stated.at("/grants/0/would_admit").asText()).isEqualTo("no");
    assertThat(stated.at("/grants/0/because/0").asText()).contains("take it out");
  }

  @Test
  void aKeyThatSomebodyTookOutIsNotInPlace() throws IOException {
    var support = fleet.supportCase();
    var client = support.client();
    client.data("authorizesshkey", "text", Keys.ed25519(), "authorize", "1", "api.wait", "20");
    Files.writeString(Fleet.authorizedKeys(support.server()), "");

    var stated = client.data("fleet_server_check", "api.wait", "20");

    assertThat(texts(stated.path("summary")))
        .singleElement()
        .satisfies(
            line -> assertThat(line)
                .matches(
                    "Not in place: root by SHA256:.{43}, authorized by reseller[0-9]+: no file of root's has it\\."));
    assertThat(stated.at("/keys/0/would_admit").asText()).isEqualTo("no");
  }

  @Test
  void whatWasNotListedIsNeverTakenForNotThere() {
    var support = fleet.supportCase();
    var client = support.client();
    client.data("authorizesshkey", "text", Keys.ed25519(), "authorize", "1", "api.wait", "20");
    var server = RetoldServer.of(support.server());

    for (var lie : List.of(
        "{'top':{'action':{'verb':'list_logins','done':false,'problem':'there is no account root'}}}",
        "{'top':{'action':{'verb':'list_logins','done':true,'logins':[],'more_logins':3}}}",
        "{'top':{'action':{'verb':'list_logins','done':true,'logins':[],'unread':[{'file':'/root/x','why':'is a link'}]}}}")) {
      server.say(lie);

      var stated = client.data("fleet_server_check", "api.wait", "20");

      assertThat(texts(stated.path("summary")))
          .singleElement()
          .satisfies(line -> assertThat(line).startsWith("Not known: root by SHA256:"));
      assertThat(stated.at("/keys/0/would_admit").asText()).isEqualTo("unknown");
      assertThat(stated.path("problem").asText())
          .containsAnyOf("there is no account root", "3 more keys", "/root/x: is a link");
    }
  }

  private static List<String> texts(JsonNode list) {
    var all = new ArrayList<String>();
    list.forEach(text -> all.add(text.asText()));
    return all;
  }
}
