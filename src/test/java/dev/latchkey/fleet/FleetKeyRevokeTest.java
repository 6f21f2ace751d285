package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Privilege;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.local.ssm.Status;
import dev.latchkey.reconcile.Reconciler;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RevokingOwner;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetKeyRevokeTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Inject
  Reconciler reconciler;

  private final String key = Keys.ed25519();
  private final String fingerprint = PublicKey.parse(key).fingerprint();

  @AfterEach
  void noMoreFaults() {
    LocalSystemsManager.running().faults().clear();
  }

  private static JsonNode row(JsonNode answer, FolderServer of) {
    for (var row : answer.at("/data/servers")) {
      if (row.path("server").asText().equals(of.name())) {
        return row;
      }
    }
    throw new AssertionError("no row of " + of.name() + " in " + answer);
  }

  @Test
  void oneCallTakesAKeyOffTwoServersAndTheSweepKeepsItOut() throws IOException {
    var two = RevokingOwner.of(fleet, 2);
    for (var server : two.servers()) {
      two.authorize(server, key);
    }

    var answer = two.revoke(fingerprint, "api.server", "*", "reason", "stolen laptop");

    assertThat(answer.at("/metadata/result").asInt()).as("%s", answer).isEqualTo(1);
    for (var server : two.servers()) {
      var row = row(answer, server);
      assertThat(row.path("result").asInt()).isEqualTo(1);
      assertThat(row.at("/data/proven").asInt()).isEqualTo(1);
      assertThat(row.at("/data/reason").asText()).isEqualTo("stolen laptop");
      assertThat(row.at("/data/lines/0").asText()).contains("/root/.ssh/authorized_keys, line");
      assertThat(RevokingOwner.authorizedKeys(server)).doesNotContain(key);
    }

    // Somebody puts the line back by hand.
    var first = two.servers().get(0);
    RevokingOwner.putBack(first, key);
    RevokingOwner.sweep(first);
    assertThat(RevokingOwner.authorizedKeys(first)).doesNotContain(key);
    assertThat(two.client()
            .data("audit_list")
            .path("entries")
            .findValuesAsText("change")
            .get(0))
        .contains("revoked the key " + fingerprint, ": stolen laptop")
        .contains(two.servers().get(0).name(), two.servers().get(1).name());
  }

  @Test
  void aKeyThatIsProvenGoneIsAnsweredWithItsReceiptAndNothingIsSent() {
    var one = RevokingOwner.of(fleet, 1);
    var server = one.servers().get(0);
    one.authorize(server, key);
    var first = one.revoke(fingerprint, "reason", "left the company").path("data");

    var before = new HashSet<>(LocalSystemsManager.orders());
    var again = one.revoke(fingerprint, "reason", "another reason");

    assertThat(LocalSystemsManager.orders()).hasSameElementsAs(before);
    assertThat(again.at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(again.path("data").toString()).isEqualTo(first.toString());
    assertThat(again.at("/data/lines").size()).isEqualTo(1);
    assertThat(again.at("/data/simulated").asInt()).isEqualTo(1);
    assertThat(one.generation(server)).isEqualTo(2);
  }

  @Test
  void grantsByTheKeyEndWithItAndTheRecordOfAnAuthorizedKeyGoes() {
    var support = fleet.supportCase();
    var other = support.another();
    support
        .client()
        .data("ticket_key_set", "ticket_id", other.ticket(), "key", key, "from", "203.0.113.0/24");
    support.grant();
    other.grant();

    var revoked = PublicKey.parse(support.key()).fingerprint();
    var answer =
        support.client().post("fleet_key_revoke", "fingerprint", revoked, "api.wait", "20");

    assertThat(answer.at("/metadata/result").asInt()).as("%s", answer).isEqualTo(1);
    assertThat(answer.at("/data/non_fatals").toString())
        .contains("the access of ticket " + support.ticket() + " as root is gone");
    assertThat(support.authorizedKeys()).doesNotContain(support.key()).contains(key);
    assertThat(support.receipts())
        .singleElement()
        .satisfies(receipt -> assertThat(receipt.path("reason").asText()).isEqualTo("REVOKED"));
    assertThat(other.receipts()).isEmpty();
    assertThat(WhmClient.reasonOfFailure(support.grant()))
        .contains("ticket_id: ", revoked, support.server().name(), "fleet_key_allow");
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void neitherAuthorizesshkeyNorImportsshkeyTakesARevokedKey() {
    var one = RevokingOwner.of(fleet, 1);
    var server = one.servers().get(0);
    one.authorize(server, key);
    one.revoke(fingerprint);
    var generation = one.generation(server);

    String[] authorize = {"authorize", "1", "text", key};
    assertThat(one.client().failure("authorizesshkey", authorize))
        .contains("text: ", fingerprint, server.name(), "nothing was done", "fleet_key_allow");
    assertThat(one.client().failure("importsshkey", "name", "a", "key", key))
        .contains("key: ", fingerprint, "fleet_key_allow");

    assertThat(one.generation(server)).isEqualTo(generation);
    assertThat(store
            .get(new Key("S#" + server.name(), "AK#" + fingerprint))
            .await()
            .indefinitely())
        .isEmpty();
    one.client().data("authorizesshkey", "authorize", "0", "text", key, "api.wait", "20");
  }

  /** The order stands: the reconciler repeats it, and the call says how far it is. */
  @Test
  void aServerThatIsOfflineFollowsWhenItComesBack() {
    var two = RevokingOwner.of(fleet, 2);
    var offline = two.servers().get(1);
    for (var server : two.servers()) {
      two.authorize(server, key);
    }
    LocalSystemsManager.running()
        .faults()
        .nextTo(offline.id(), 1, new PlannedFault.Ends(Status.DELIVERY_TIMED_OUT, false));

    var answer = two.revoke(fingerprint, "api.server", two.names());

    assertThat(answer.at("/metadata/result").asInt(-1)).isZero();
    assertThat(row(answer, two.servers().get(0)).path("result").asInt()).isEqualTo(1);
    assertThat(row(answer, offline).path("result").asInt(-1)).isZero();
    assertThat(row(answer, offline).path("reason").asText())
        .startsWith("revoking: ")
        .endsWith("the order stands and is repeated.");
    assertThat(row(answer, offline).at("/data/proven").asInt(-1)).isZero();
    assertThat(row(answer, offline).at("/data/waits_for").asText()).isEqualTo("server");
    assertThat(row(answer, two.servers().get(0)).path("data").has("waits_for")).isFalse();
    assertThat(RevokingOwner.authorizedKeys(offline)).contains(key);

    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(60).getEpochSecond())) {
      reconciler.run().await().atMost(Duration.ofMinutes(1));
    }

    assertThat(RevokingOwner.authorizedKeys(offline)).doesNotContain(key);
    var again = two.revoke(fingerprint, "api.server", two.names());
    assertThat(again.at("/metadata/result").asInt()).as("%s", again).isEqualTo(1);
  }

  @Test
  void anUnknownServerOrAnothersRefusesAllBeforeAnythingIsDone() {
    var two = RevokingOwner.of(fleet, 2);
    var another = RevokingOwner.of(fleet, 1).servers().get(0);
    for (var server : two.servers()) {
      two.authorize(server, key);
    }

    assertThat(two.client()
            .failure(
                "fleet_key_revoke",
                "fingerprint",
                fingerprint,
                "api.server",
                two.names() + "," + another.name()))
        .contains("api.server: you have no server named “" + another.name() + "”");

    for (var server : two.servers()) {
      assertThat(RevokingOwner.authorizedKeys(server)).contains(key);
      assertThat(two.generation(server)).isEqualTo(1);
    }
  }

  @Test
  void allAreThoseOfTheCallerAlone() {
    var one = RevokingOwner.of(fleet, 1);
    var other = RevokingOwner.of(fleet, 1);
    other.authorize(other.servers().get(0), key);

    var answer = one.revoke(fingerprint, "api.server", "*");

    assertThat(answer.at("/data/servers")).hasSize(1);
    assertThat(RevokingOwner.authorizedKeys(other.servers().get(0))).contains(key);
    assertThat(other.generation(other.servers().get(0))).isEqualTo(1);
  }

  @Test
  void aDryRunRevokesNothing() {
    var two = RevokingOwner.of(fleet, 2);
    for (var server : two.servers()) {
      two.authorize(server, key);
    }

    var answer = two.revoke(fingerprint, "api.server", "*", "api.dry_run", "1");

    assertThat(answer.at("/data/dry_run").asInt()).as("%s", answer).isEqualTo(1);
    assertThat(answer.at("/data/would").toString())
        .contains("revoked the key " + fingerprint, two.servers().get(0).name());
    for (var server : two.servers()) {
      assertThat(RevokingOwner.authorizedKeys(server)).contains(key);
      assertThat(two.generation(server)).isEqualTo(1);
    }
  }

  @Test
  void aServerTakesAHundredRevokedKeysAndTheNextSaysWhatToDo() {
    var one = RevokingOwner.of(fleet, 1);
    var server = one.servers().get(0);
    one.revoke(fingerprint);
    RevokingOwner.fillRevoked(store, server, 100);

    var reason = one.client()
        .failure(
            "fleet_key_revoke", "fingerprint", PublicKey.parse(Keys.ed25519()).fingerprint());

    assertThat(reason)
        .contains(
            "“" + server.name() + "” has 100 revoked keys", "nothing was done", "fleet_key_allow");
  }

  @Test
  void whatIsNoFingerprintIsRefusedAndSaysHowToGetIt() {
    var client = RevokingOwner.of(fleet, 1).client();

    for (var wrong : new String[] {
      key, "MD5:1f:c0", "SHA256:short", fingerprint + "A", fingerprint.substring(0, 49) + "B"
    }) {
      assertThat(client.failure("fleet_key_revoke", "fingerprint", wrong))
          .contains("fingerprint: ", "ssh-keygen -lf");
    }
    assertThat(client.failure(
            "fleet_key_revoke", "fingerprint", fingerprint, "reason", "a".repeat(201)))
        .contains("reason: ", "201 characters", "200");
    assertThat(
            client.failure("fleet_key_revoke", "fingerprint", fingerprint, "reason", "two\nlines"))
        .contains("reason: ", "one plain line");
  }

  @Test
  void itTakesThePrivilegeSshKeys() {
    var owner = accounts.reseller(Privilege.FLEET_READ, Privilege.SUPPORT_ACCESS);
    fleet.server(owner);

    assertThat(WhmClient.of(owner).failure("fleet_key_revoke", "fingerprint", fingerprint))
        .contains("ssh-keys");
  }
}
