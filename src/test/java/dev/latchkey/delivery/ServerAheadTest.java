package dev.latchkey.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.reconcile.Reconciler;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Server;
import dev.latchkey.server.ServerName;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.AgentState;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.TableBackup;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** A server that has carried out what the table does not know of: a restored table, or a root who sets numbers. */
@QuarkusTest
@DrivesAgent
@InProcess
class ServerAheadTest extends WhmTest {
  private static final long MOST = (1L << 53) - 1;

  @Inject
  Fleet fleet;

  @Inject
  Reconciler reconciler;

  @Inject
  Dispatch dispatch;

  @Inject
  DynamoDbAsyncClient client;

  @AfterEach
  void noMoreFaults() {
    LocalSystemsManager.running().faults().clear();
  }

  private void reconcileIn(Duration from) {
    try (var clock = TestClock.stoppedAt(Instant.now().plus(from).getEpochSecond())) {
      reconciler.run().await().atMost(Duration.ofMinutes(1));
    }
  }

  /** Another ticket of the same owner on the same server, with a key of its own. */
  private static SupportCase another(SupportCase support) {
    var client = support.client();
    var ticket =
        client.data("ticket_create_stub_ticket", "api.server", support.server().name());
    var id = ticket.path("ticket_id").asText();
    var key = Keys.ed25519();
    client.data("ticket_key_set", "ticket_id", id, "key", key);
    return new SupportCase(
        client, support.server(), key, id, ticket.path("secure_id").asText());
  }

  private static JsonNode listed(SupportCase support) {
    return support
        .client()
        .data("ticket_list", "ticket_id", support.ticket())
        .at("/auths/0/servers/0");
  }

  private static JsonNode server(SupportCase support) {
    return support.client().data("fleet_server_list").at("/servers/0");
  }

  @Test
  void aRestoredTableBringsNothingBack() {
    var support = fleet.supportCase();
    var other = another(support);
    support.grant();
    var backup = TableBackup.of(client);
    assertThat(support.revoke().at("/metadata/result").asInt()).isEqualTo(1);
    backup.putBack();

    try (var log = LogLines.capture()) {
      assertThat(other.grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");
      assertThat(log.about(support.server().name() + " is ahead of us")).hasSize(1);
    }

    assertThat(other.letsVendorIn()).isTrue();
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(listed(support).path("auth_status").asText()).isEqualTo("NOT_AUTHED");
    assertThat(listed(support).path("held").asInt()).isEqualTo(1);
    assertThat(listed(other).has("held")).isFalse();
    assertThat(support.client().data("audit_list").toString()).contains("held 1 grants");

    reconcileIn(Duration.ofMinutes(16));
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(other.letsVendorIn()).isTrue();
  }

  /** The table does not know any more that the key was revoked, and the server does. */
  @Test
  void aRestoredTableLetsNoRevokedKeyInAgain() throws IOException {
    for (var isNewEpoch : List.of(false, true)) {
      var support = fleet.supportCase();
      var client = support.client();
      var other = another(support);
      other.grant();
      var stolen = Keys.ed25519();
      var fingerprint = PublicKey.parse(stolen).fingerprint();
      var backup = TableBackup.of(this.client);
      client.data("fleet_key_revoke", "fingerprint", fingerprint, "api.wait", "20");
      backup.putBack();
      if (isNewEpoch) {
        root().data("fleet_server_reset", "api.server", support.server().name(), "api.wait", "20");
      } else {
        support.grant();
      }
      Files.writeString(
          Fleet.authorizedKeys(support.server()), stolen + "\n", StandardOpenOption.APPEND);

      reconcileIn(Duration.ofMinutes(16));

      assertThat(support.authorizedKeys()).as("new epoch: " + isNewEpoch).doesNotContain(stolen);
      assertThat(WhmClient.reasonOfFailure(
              client.post("authorizesshkey", "authorize", "1", "text", stolen)))
          .contains(fingerprint + " is revoked on");
      assertThat(client
              .data("fleet_key_revoke", "fingerprint", fingerprint, "api.wait", "20")
              .path("revoked_by")
              .asText())
          .isEqualTo("the server");
    }
  }

  /** As many changes since the restore as were lost: the numbers are the same, the wanted states are not. */
  @Test
  void anOrderOfTheSameNumberIsNotTakenForTheOneThatWasLost() {
    var support = fleet.supportCase();
    support.grant();
    var backup = TableBackup.of(client);
    support.revoke();
    assertThat(AgentState.generation(support.server())).isEqualTo(2);
    backup.putBack();

    // The reconciler's repeat of the generation before, then a call of the same generation.
    var other = another(support);
    assertThat(other.grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");

    assertThat(server(support).path("generation").asInt()).isEqualTo(3);
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(listed(support).path("held").asInt()).isEqualTo(1);
  }

  /** Nobody has called: the grant that the reconciler sends again is the restored one itself. */
  @Test
  void theReconcilerBringsNothingBackEither() {
    var support = fleet.supportCase();
    support.grant();
    var backup = TableBackup.of(client);
    support.revoke();
    backup.putBack();

    reconcileIn(Duration.ofMinutes(16));

    assertThat(support.letsVendorIn()).isFalse();
    assertThat(listed(support).path("held").asInt()).isEqualTo(1);
    assertThat(server(support).path("confirmed").asInt()).isEqualTo(1);
  }

  @Test
  void aHeldGrantEndsWithItsTime() {
    var support = fleet.supportCase();
    support.grant("api.ttl", "3600");
    AgentState.set(support.server(), 0, 500);
    reconcileIn(Duration.ofMinutes(16));
    assertThat(listed(support).path("held").asInt()).isEqualTo(1);

    reconcileIn(Duration.ofMinutes(61));

    assertThat(support.receipts().at("/0/reason").asText()).isEqualTo("EXPIRED");
  }

  @Test
  void aServerIsFollowedByAThousandGenerations() {
    var support = fleet.supportCase();
    support.grant();
    AgentState.set(support.server(), 0, 1_002);

    var revoked = support.revoke();

    assertThat(revoked.at("/metadata/result").asInt()).as(revoked.toString()).isEqualTo(1);
    assertThat(server(support).path("generation").asInt()).isEqualTo(1_003);
  }

  @Test
  void whatRootOfAServerSetsIsNotFollowedAndAResetMendsIt() {
    var support = fleet.supportCase();
    support.grant();
    for (var number : new long[] {1_003, MOST}) {
      AgentState.set(support.server(), server(support).path("epoch").asLong(), number);
      var before = server(support).path("generation").asLong();

      try (var log = LogLines.capture()) {
        var answer = number == MOST ? support.revoke() : support.grant();
        assertThat(answer.toString()).contains("takes no order", "fleet_server_reset");
        assertThat(log.about("it is not followed")).hasSize(1);
      }
      assertThat(server(support).path("generation").asLong()).isEqualTo(before + 1);

      var reset = root()
          .post("fleet_server_reset", "api.server", support.server().name(), "api.wait", "20");
      assertThat(reset.at("/metadata/result").asInt()).as(reset.toString()).isEqualTo(1);
      assertThat(reset.at("/data/confirmed").asInt()).isEqualTo(1);
    }
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(support.receipts()).hasSize(1);
    assertThat(support.grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");
  }

  /** A table from before a reset: the operator resets again, and until then nothing is sent that might be old. */
  @Test
  void aServerInALaterEpochIsNotFollowedAndItsGrantsAreHeld() {
    var support = fleet.supportCase();
    support.grant();
    AgentState.set(support.server(), 3, 1);

    var other = another(support);
    assertThat(other.grant().at("/data/non_fatals/0").asText()).contains("fleet_server_reset");

    assertThat(listed(support).path("held").asInt()).isEqualTo(1);
    assertThat(listed(other).has("held")).isFalse();
    var reset =
        root().post("fleet_server_reset", "api.server", support.server().name(), "api.wait", "20");
    assertThat(reset.at("/data/epoch").asInt()).as(reset.toString()).isEqualTo(4);
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(other.letsVendorIn()).isTrue();
  }

  @Test
  void anOrderFromBeforeAResetIsStale() throws Exception {
    var support = fleet.supportCase();
    support.client().data("fleet_server_check", "api.wait", "20");
    var gate = new CountDownLatch(1);
    LocalSystemsManager.running()
        .faults()
        .nextTo(support.server().id(), 1, new PlannedFault.Late(gate));
    support.grant("api.wait", "0");
    var late = LocalSystemsManager.orders().get(0);
    support.revoke("api.wait", "0");
    root().data("fleet_server_reset", "api.server", support.server().name(), "api.wait", "20");

    gate.countDown();

    var server = Server.added(
        new ServerName(support.server().name()), new NodeId(support.server().id()), "root");
    var stated = Stream.generate(() -> dispatch.statement(late, server).await().indefinitely())
        .flatMap(read -> {
          Thread.onSpinWait();
          return read.stream();
        })
        .findFirst()
        .orElseThrow();
    assertThat(stated.outcome()).isEqualTo(Observation.Outcome.STALE);
    assertThat(stated.epoch()).isEqualTo(1);
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void serversOfThreeOwnersSpeakForARestoredTable() {
    var cases = Stream.generate(fleet::supportCase).limit(3).toList();
    try (var log = LogLines.capture()) {
      for (var support : cases) {
        support.grant();
        AgentState.set(support.server(), 0, 100);
        support.grant();
      }
      assertThat(log.about("was the table restored?")).isNotEmpty();
    }
    var bystander = fleet.supportCase();
    bystander.grant();
    assertThat(listed(bystander).path("auth_status").asText()).isEqualTo("AUTHED");
  }
}
