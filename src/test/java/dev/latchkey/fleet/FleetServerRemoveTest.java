package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.ExpiredGrants;
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
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetServerRemoveTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  ExpiredGrants expired;

  @Test
  void itsNameAndNodeAreFreeAgain() {
    var owner = fleet.owner();
    var server = fleet.server(owner);

    assertThat(result("fleet_server_remove", "name", server.name())).isEqualTo(1);

    assertThat(WhmClient.of(owner).data("fleet_server_list").path("servers")).isEmpty();
    assertThat(result("fleet_server_add", "name", server.name(), "node", server.id()))
        .isEqualTo(1);
  }

  @Test
  void whileAGrantStandsItIsRefused() {
    var support = fleet.supportCase();
    support.grant();

    assertThat(root().failure("fleet_server_remove", "name", support.server().name()))
        .contains("grants stand");
    support.revoke();
    assertThat(result("fleet_server_remove", "name", support.server().name())).isEqualTo(1);
  }

  /** As one that never comes back: what it would have let in is known to nobody. */
  @Test
  void whatNobodyProvedGoneIsNamedWhenItsServerGoes() {
    var support = fleet.supportCase();
    support.grant();
    var name = support.server().name();
    LocalSystemsManager.running().deregister(support.server().id());
    assertThat(support.revoke("api.wait", "1").at("/metadata/result").asInt()).isZero();
    var line = "ticket " + support.ticket() + " as root, key ";
    assertThat(root().failure("fleet_server_remove", "name", name, "api.unproven", "1"))
        .contains("1 grants stand on “" + name + "” or are not proven gone");
    expired.now(support);

    for (var uninstall : List.of("0", "1")) {
      assertThat(root().failure("fleet_server_remove", "name", name, "api.uninstall", uninstall))
          .contains(
              "1 grants on “" + name + "” have expired and are not proven gone",
              "ticket " + support.ticket() + " as root",
              "api.unproven=1");
    }
    var removed = root().post("fleet_server_remove", "name", name, "api.unproven", "1");

    assertThat(removed.at("/metadata/result").asInt()).isOne();
    assertThat(removed.at("/metadata/unproven")).hasSize(1);
    assertThat(removed.at("/metadata/unproven/0").asText()).startsWith(line);
    assertThat(support.client().data("audit_list").toString())
        .contains("removed server " + name, "; nobody proved gone: " + line);
    var receipts = support.client().data("ticket_receipt", "ticket_id", support.ticket());
    assertThat(receipts.path("receipts")).isEmpty();
    assertThat(receipts.at("/unproven/0").asText())
        .isEqualTo(name + " as root: the server was removed");
    var closed = support.client().data("ticket_close", "ticket_id", support.ticket());
    assertThat(closed.path("revoked_keys").asInt()).isZero();
    assertThat(closed.at("/non_fatals/0").asText())
        .startsWith("“" + name + "” was removed; ticket_receipt says");
  }

  @Test
  void withTheAgentItIsRemovedOnlyWithTheServersProof() {
    var support = fleet.supportCase();
    support.grant();
    support.revoke();
    var server = RetoldServer.of(support.server());
    var name = support.server().name();
    server.say("{'top':{'outcome':'PARTIAL','problem':'the chain LATCHKEY is still there'}}");

    assertThat(root()
            .failure("fleet_server_remove", "name", name, "api.uninstall", "1", "api.wait", "20"))
        .contains("“" + name + "” is not removed: ", "the chain LATCHKEY is still there");
    assertThat(server.lastOrder().path("verb").asText()).isEqualTo("remove");
    assertThat(support.client().data("fleet_server_list").path("servers")).hasSize(1);
  }

  @Test
  void nothingOfTheAgentIsLeftOnTheServer() {
    var owner = fleet.owner();
    var server = fleet.serverWithoutAgent(owner);
    var support = fleet.supportCase(owner, server);
    support.grant();
    support.revoke();
    assertThat(server.hasAgent()).isTrue();

    assertThat(result(
            "fleet_server_remove", "name", server.name(), "api.uninstall", "1", "api.wait", "20"))
        .isEqualTo(1);

    assertThat(server.hasAgent()).isFalse();
    assertThat(server.folder().resolve("var/lib/latchkey")).doesNotExist();
    assertThat(WhmClient.of(owner).data("fleet_server_list").path("servers")).isEmpty();
    assertThat(WhmClient.of(owner).data("audit_list").toString())
        .contains(
            "asked server " + server.name() + " to uninstall the agent", ", agent uninstalled");
  }

  /** Nothing lists them once the server is not registered, and the agent does not take them along. */
  @Test
  void keysThatGoOnLettingRootInAreNamed() throws IOException {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var key = Keys.ed25519();
    root().data("authorizesshkey", "authorize", "1", "text", key, "api.server", server.name());

    var removed = root()
        .post("fleet_server_remove", "name", server.name(), "api.uninstall", "1", "api.wait", "20");

    var line = PublicKey.parse(key).fingerprint() + ", authorized by root";
    assertThat(removed.at("/metadata/result").asInt()).isOne();
    assertThat(removed.at("/metadata/stays"))
        .singleElement()
        .satisfies(one -> assertThat(one.asText()).isEqualTo(line));
    assertThat(WhmClient.of(owner).data("audit_list").toString())
        .contains("; authorized keys stay: " + line);
    assertThat(Files.readString(Fleet.authorizedKeys(server))).contains(key.split(" ")[1]);
  }

  @Test
  void whereNothingAnswersTheServerStays() {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    LocalSystemsManager.running().deregister(server.id());

    assertThat(root()
            .failure(
                "fleet_server_remove",
                "name",
                server.name(),
                "api.uninstall",
                "1",
                "api.wait",
                "5"))
        .contains("is not removed: Systems Manager cannot reach");
    assertThat(WhmClient.of(owner).data("fleet_server_list").path("servers")).hasSize(1);
    assertThat(result("fleet_server_remove", "name", server.name())).isEqualTo(1);
  }

  private int result(String function, String... arguments) {
    return root().post(function, arguments).at("/metadata/result").asInt();
  }
}
