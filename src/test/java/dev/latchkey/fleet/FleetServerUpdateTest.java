package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetServerUpdateTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void aServerMovesToAnotherNodeAndOwner() {
    var server = fleet.server(fleet.owner());
    var next = fleet.owner();

    root()
        .data(
            "fleet_server_update",
            "name",
            server.name(),
            "node",
            "mi-00000000000000001",
            "owner",
            next.user());

    var shown = WhmClient.of(next).data("fleet_server_list").at("/servers/0");
    assertThat(shown.path("name").asText()).isEqualTo(server.name());
    assertThat(shown.path("node").asText()).isEqualTo("mi-00000000000000001");
    root().post("fleet_server_remove", "name", server.name());
  }

  @Test
  void theNodeOfAnotherIsRefusedAndTheOldOneIsFreeAfterwards() {
    var first = fleet.server(fleet.owner());
    var second = fleet.server(fleet.owner());

    assertThat(root().failure("fleet_server_update", "name", first.name(), "node", second.id()))
        .contains("node: ");
    root().data("fleet_server_update", "name", first.name(), "node", "mi-00000000000000002");
    root().data("fleet_server_update", "name", second.name(), "node", first.id());
    root().post("fleet_server_remove", "name", first.name());
  }

  @Test
  void whileAGrantStandsItIsRefused() {
    var support = fleet.supportCase();
    support.grant();

    assertThat(
            root().failure("fleet_server_update", "name", support.server().name(), "owner", "root"))
        .contains("1 grants stand", support.ticket());
  }

  @Test
  void anUnknownServerIsNamed() {
    assertThat(root().failure("fleet_server_update", "name", "unheard-of"))
        .contains("“unheard-of”");
  }

  @Test
  void anotherPlaceForKeysIsSentAtOnceAlsoWhileAGrantStands() {
    var support = fleet.supportCase();
    support.grant();
    var server = RetoldServer.of(support.server());
    var name = support.server().name();

    var managed = root()
        .data("fleet_server_update", "name", name, "api.key_file", "managed", "api.wait", "20");

    assertThat(managed.path("key_file").asText()).isEqualTo("managed");
    assertThat(server.lastOrder().path("key_file").asText()).isEqualTo("managed");
    assertThat(server.lastOrder().path("grants")).hasSize(1);
    var again = root()
        .data("fleet_server_update", "name", name, "api.key_file", "managed", "api.wait", "20");
    assertThat(again.path("generation").asLong())
        .isEqualTo(managed.path("generation").asLong());
    assertThat(again.has("non_fatals")).isFalse();
    assertThat(
            support.client().data("fleet_server_list").at("/servers/0/key_file").asText())
        .isEqualTo("managed");
    assertThat(root().failure("fleet_server_update", "name", name, "api.key_file", "home"))
        .contains("api.key_file: “home” is neither managed nor account");
    support.revoke();
  }

  @Test
  void whatTheServerSaysOfItsNewPlaceForKeysIsTold() {
    var support = fleet.supportCase();
    support.grant();
    var server = RetoldServer.of(support.server());
    server.say("{'top':{'outcome':'PARTIAL','problem':'sshd_config includes no sshd_config.d'}}");

    var answer = root()
        .data(
            "fleet_server_update",
            "name",
            support.server().name(),
            "api.key_file",
            "managed",
            "api.wait",
            "20");

    assertThat(answer.at("/non_fatals/0").asText()).contains("includes no sshd_config.d");
    assertThat(answer.path("confirmed").asInt()).isZero();
  }
}
