package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetDriftTest extends WhmTest {
  @Inject
  Fleet fleet;

  private SupportCase support;

  @BeforeEach
  void oneServer() {
    support = fleet.supportCase();
  }

  private Path at(String path) {
    return support.server().folder().resolve(path);
  }

  private JsonNode drift() {
    support.client().data(FleetKeyScan.NAME, "api.wait", "20");
    return support.client().data(FleetDrift.NAME).path("drift");
  }

  private List<String> what() {
    return drift().findValuesAsText("what");
  }

  @Test
  void whatNobodyGaveIsDrift() throws IOException {
    var key = Keys.ed25519();
    Files.writeString(Fleet.authorizedKeys(support.server()), key + "\n");
    Files.writeString(
        at("etc/passwd"), "\nmallory:x:0:0::/root:/bin/bash\n", StandardOpenOption.APPEND);
    Files.createDirectories(at("etc/sudoers.d"));
    Files.writeString(at("etc/sudoers.d/mallory"), "mallory ALL=(ALL) NOPASSWD: ALL\n");

    assertThat(what())
        .contains(
            "key " + PublicKey.parse(key).fingerprint(),
            "account mallory",
            "sudoers /etc/sudoers.d/mallory");
    assertThat(drift().toString()).contains("uid 0, shell /bin/bash");
  }

  /** Whatever says that a line is ours: only the grant makes it so. */
  @Test
  void aCopyOfAGrantedKeyAndALineThatOnlySaysSoAreDrift() throws IOException {
    support.grant();
    var copied = PublicKey.parse(support.key()).fingerprint();
    assertThat(what()).doesNotContain("key " + copied);
    var other = Keys.ed25519();
    Files.writeString(
        Fleet.authorizedKeys(support.server()),
        other + " latchkey-ticket-" + support.ticket() + "\n" + support.key() + " me@home\n",
        StandardOpenOption.APPEND);

    assertThat(what()).contains("key " + copied, "key " + PublicKey.parse(other).fingerprint());
  }

  /** It was given to root. */
  @Test
  void whatWasGivenToOneAccountIsDriftInAnother() throws IOException {
    var authorized = Keys.ed25519();
    support
        .client()
        .data("authorizesshkey", "authorize", "1", "text", authorized, "api.wait", "20");
    support.grant();
    var given = support.authorizedKeys();
    var home = Files.createDirectories(at("home/other/.ssh"));
    Files.writeString(
        at("etc/passwd"),
        "\nother:x:2001:2001::/home/other:/bin/bash\n",
        StandardOpenOption.APPEND);
    Files.writeString(home.resolve("authorized_keys"), given);

    assertThat(what())
        .contains(
            "key " + PublicKey.parse(authorized).fingerprint(),
            "key " + PublicKey.parse(support.key()).fingerprint());
  }

  @Test
  void aKeyThatWasAuthorizedAndIsGoneHasVanishedUntilItIsBack() throws IOException {
    var key = Keys.ed25519();
    support.client().data("authorizesshkey", "authorize", "1", "text", key, "api.wait", "20");
    var lines = support.authorizedKeys();
    Files.writeString(Fleet.authorizedKeys(support.server()), "");

    assertThat(what()).contains("vanished " + PublicKey.parse(key).fingerprint());

    Files.writeString(Fleet.authorizedKeys(support.server()), lines);
    assertThat(what()).noneMatch(one -> one.startsWith("vanished"));
  }

  /** One has the key as well, as from an image of both; nobody authorized it there, and the other one never had it. */
  @Test
  void anotherMachineOfTheNameInheritsNothingThatWasAuthorized() throws IOException {
    var there = Keys.ed25519();
    var missing = Keys.ed25519();
    for (var key : List.of(there, missing)) {
      support.client().data("authorizesshkey", "authorize", "1", "text", key, "api.wait", "20");
    }
    var next = fleet.owner();
    var machine = fleet.server(next);
    var name = support.server().name();
    root().data("fleet_server_remove", "name", machine.name());
    Files.createDirectories(Fleet.authorizedKeys(machine).getParent());
    Files.writeString(Fleet.authorizedKeys(machine), there + "\n");

    move(name, machine.id(), next);

    var client = WhmClient.of(next);
    assertThat(drift(client)).containsExactly("key " + PublicKey.parse(there).fingerprint());
    assertThat(authorizedBy(client)).isEmpty();

    move(name, support.server().id(), next);

    assertThat(drift(client))
        .doesNotContain("key " + PublicKey.parse(there).fingerprint())
        .noneMatch(what -> what.startsWith("vanished"));
    assertThat(authorizedBy(client)).containsExactly("another user", "another user");
    assertThat(client.data(FleetKeyList.NAME).path("keys").findValuesAsText("given_by"))
        .filteredOn("authorizesshkey of another user"::equals)
        .hasSize(2);
  }

  private void move(String name, String node, Account owner) {
    root().data("fleet_server_update", "name", name, "node", node, "owner", owner.user());
  }

  private static List<String> drift(WhmClient client) {
    client.data(FleetKeyScan.NAME, "api.wait", "20");
    return client.data(FleetDrift.NAME).path("drift").findValuesAsText("what").stream()
        .filter(what -> what.matches("(key|vanished) .*"))
        .toList();
  }

  private static List<String> authorizedBy(WhmClient client) {
    return client
        .data("fleet_server_check", "api.wait", "20")
        .path("keys")
        .findValuesAsText("authorized_by");
  }

  @Test
  void aGrantWhoseLineIsGoneHasVanished() throws IOException {
    support.grant();
    Files.writeString(Fleet.authorizedKeys(support.server()), "");

    assertThat(what()).contains("vanished ticket " + support.ticket() + " as root");
  }

  /** Where a file could not be read, nobody knows that a key is not in it. */
  @Test
  void whatCannotBeReadHasNotVanished() throws IOException {
    support
        .client()
        .data("authorizesshkey", "authorize", "1", "text", Keys.ed25519(), "api.wait", "20");
    Files.delete(Fleet.authorizedKeys(support.server()));
    Files.createSymbolicLink(Fleet.authorizedKeys(support.server()), Path.of("/etc/hostname"));

    assertThat(what()).noneMatch(one -> one.startsWith("vanished"));
  }

  @Test
  void itIsKnownSinceWhenAndALaterLookDoesNotChangeIt() throws IOException {
    Files.writeString(Fleet.authorizedKeys(support.server()), Keys.ed25519() + "\n");
    var first = drift();
    Files.writeString(
        Fleet.authorizedKeys(support.server()),
        "# a line above\n" + Files.readString(Fleet.authorizedKeys(support.server())));

    assertThat(drift().findValuesAsText("first_seen"))
        .isEqualTo(first.findValuesAsText("first_seen"));
  }
}
