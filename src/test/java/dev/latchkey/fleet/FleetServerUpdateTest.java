package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.ExpiredGrants;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.RevokingOwner;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetServerUpdateTest extends WhmTest {
  private static final String FINGERPRINT = PublicKey.parse(Keys.ed25519()).fingerprint();

  @Inject
  Fleet fleet;

  @Inject
  ExpiredGrants expired;

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
  void whoeverLosesAServerFindsItInTheAuditToo() {
    var before = fleet.owner();
    var next = fleet.owner();
    var server = fleet.server(before);
    var said = "by root: server " + server.name() + " is now node " + server.id() + " of "
        + next.user() + ", no longer of " + before.user() + ", keys in files of the account";

    var would = root()
        .data(
            "fleet_server_update", "name", server.name(), "owner", next.user(), "api.dry_run", "1");
    root().data("fleet_server_update", "name", server.name(), "owner", next.user());

    assertThat(would.path("would").findValuesAsText("owner"))
        .containsExactly(next.user(), before.user());
    for (var concerned : List.of(before, next)) {
      assertThat(
              WhmClient.of(concerned).data("audit_list").at("/entries/0/change").asText())
          .isEqualTo(said);
    }
    root().data("fleet_server_update", "name", server.name(), "api.key_file", "account");
    assertThat(WhmClient.of(before).data("audit_list").at("/entries/0/change").asText())
        .as("what the next owner's server becomes is not the former one's")
        .isEqualTo(said);
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

  /** The other machine never had the key, and would state that it is gone. */
  @Test
  void anotherMachineDoesNotProveTheEndOfAGrantOfTheOneBefore() {
    var support = fleet.supportCase();
    var spare = fleet.server(fleet.owner());
    root().data("fleet_server_remove", "name", spare.name());
    support.grant();
    var name = support.server().name();
    LocalSystemsManager.running().deregister(support.server().id());
    support.revoke("api.wait", "1");
    expired.now(support);

    assertThat(root().failure("fleet_server_update", "name", name, "node", spare.id()))
        .contains(
            "1 grants on “" + name + "” have expired and are not proven gone",
            "ticket " + support.ticket() + " as root",
            "fleet_server_remove api.unproven=1");
    assertThat(root().failure("fleet_server_update", "name", name, "owner", "root"))
        .contains("not proven gone");
    assertThat(support.revoke("api.wait", "1").at("/metadata/result").asInt()).isZero();
    assertThat(support.receipts()).isEmpty();
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

  @Test
  void howRevokedKeysAreKeptOutIsSentAndShown() {
    var one = RevokingOwner.of(fleet, 1);
    var name = one.servers().get(0).name();
    one.revoke(FINGERPRINT);
    var server = RetoldServer.of(one.servers().get(0));

    var krl = root()
        .data("fleet_server_update", "name", name, "api.revoked_keys", "krl", "api.wait", "20");

    assertThat(krl.path("revoked_keys").asText()).isEqualTo("krl");
    assertThat(krl.has("non_fatals")).isTrue();
    assertThat(server.lastOrder().path("revoked_keys").asText()).isEqualTo("krl");
    assertThat(server.lastOrder().path("revoked").toString())
        .isEqualTo("[\"" + FINGERPRINT + "\"]");
    assertThat(
            one.client().data("fleet_server_list").at("/servers/0/revoked_keys").asText())
        .isEqualTo("krl");
    var sweep = root()
        .data("fleet_server_update", "name", name, "api.revoked_keys", "sweep", "api.wait", "20");
    assertThat(sweep.has("revoked_keys")).isFalse();
    assertThat(root().failure("fleet_server_update", "name", name, "api.revoked_keys", "file"))
        .contains("api.revoked_keys: “file” is neither krl nor sweep");
  }

  /** It has not stated anything of the key: what the machine before it proved says nothing of it. */
  @Test
  void anotherMachineHasToProveThatRevokedKeysAreGone() {
    var one = RevokingOwner.of(fleet, 1);
    var spare = fleet.server(fleet.owner());
    root().data("fleet_server_remove", "name", spare.name());
    one.revoke(FINGERPRINT);
    var before = one.generation(one.servers().get(0));
    var machine = RetoldServer.of(spare);

    var moved = root()
        .data(
            "fleet_server_update",
            "name",
            one.servers().get(0).name(),
            "node",
            spare.id(),
            "api.wait",
            "20");

    assertThat(moved.path("generation").asLong()).isEqualTo(before + 1);
    assertThat(moved.path("confirmed").asInt()).isEqualTo(1);
    assertThat(machine.lastOrder().path("revoking").toString())
        .isEqualTo("[\"" + FINGERPRINT + "\"]");
  }
}
