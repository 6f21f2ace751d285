package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.local.ssm.Fault;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ReconcilerTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Reconciler reconciler;

  @AfterEach
  void noMoreFaults() {
    LocalSystemsManager.running().faults().clear();
  }

  private void reconcileIn(Duration from) {
    try (var clock = TestClock.stoppedAt(Instant.now().plus(from).getEpochSecond())) {
      reconciler.run().await().atMost(Duration.ofMinutes(1));
    }
  }

  private static void undeliverable(int commands) {
    LocalSystemsManager.running().faults().next(commands, Fault.undeliverable());
  }

  @Test
  void aGrantThatDidNotArriveIsCarriedOutLater() {
    var support = fleet.supportCase();
    undeliverable(1);
    var data = support.grant().path("data");
    assertThat(data.path("auth_status").asText()).isEqualTo("NOT_AUTHED");
    assertThat(data.has("auth_time")).isFalse();
    assertThat(data.path("chain_status").asText()).isEqualTo("ERR_UNKNOWN");
    assertThat(data.at("/non_fatals/0").asText())
        .contains("has not confirmed yet", "the grant stands");
    assertThat(support.letsVendorIn()).isFalse();

    reconcileIn(Duration.ofMinutes(1));

    assertThat(support.letsVendorIn()).isTrue();
    assertThat(support
            .client()
            .data("ticket_list")
            .at("/auths/0/servers/0/auth_status")
            .asText())
        .isEqualTo("AUTHED");
  }

  @Test
  void aRevokeThatDidNotArriveIsRepeatedUntilItIsProven() {
    var support = fleet.supportCase();
    support.grant();
    undeliverable(3);

    var answer = support.revoke();

    assertThat(answer.at("/metadata/result").asInt()).isZero();
    assertThat(answer.at("/metadata/reason").asText())
        .startsWith(
            "revoking: " + support.server().name() + " has not confirmed yet; access ends at ")
        .endsWith("at the latest; the order stands and is repeated.");
    assertThat(support.receipts()).isEmpty();
    reconcileIn(Duration.ofMinutes(1));
    reconcileIn(Duration.ofMinutes(3));
    assertThat(support.letsVendorIn()).isTrue();
    reconcileIn(Duration.ofMinutes(6));
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(support.receipts()).hasSize(1);
  }

  @Test
  void whatExpiredIsEndedAndHasAReceipt() {
    var support = fleet.supportCase();
    support.grant("api.ttl", "60");

    reconcileIn(Duration.ofSeconds(61));

    assertThat(support.receipts().at("/0/reason").asText()).isEqualTo("EXPIRED");
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(support.client().data("audit_list").toString())
        .contains("expired on " + support.server().name() + ": ticket " + support.ticket());
  }

  @Test
  void aLineThatSomebodyTookAwayIsPutBack() throws IOException {
    var support = fleet.supportCase();
    var before = support.authorizedKeys();
    support.grant();
    Files.writeString(Fleet.authorizedKeys(support.server()), before);

    reconcileIn(Duration.ofMinutes(16));

    assertThat(support.letsVendorIn()).isTrue();
  }

  @Test
  void aTableThatIsOlderThanTheServerGoesAboveIt() {
    var support = fleet.supportCase();
    support.grant();
    support.revoke();
    support.grant();
    var name = support.server().name();
    // As a table restored from a backup: the server is known again, from the beginning.
    support.revoke();
    root().post("fleet_server_remove", "name", name);
    var owner = support.client().data("audit_list").path("entries");
    assertThat(owner).isNotEmpty();
    root()
        .data(
            "fleet_server_add",
            "name",
            name,
            "node",
            support.server().id(),
            "owner",
            support.client().authorization().replaceAll("whm (.*):.*", "$1"));

    var answer = support.grant();

    assertThat(answer.at("/data/auth_status").asText()).as(answer.toString()).isEqualTo("AUTHED");
    assertThat(support
            .client()
            .data("fleet_server_list")
            .at("/servers/0/generation")
            .asInt())
        .isGreaterThan(4);
  }
}
