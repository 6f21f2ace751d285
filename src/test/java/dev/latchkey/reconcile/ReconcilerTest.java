package dev.latchkey.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.server.NodeId;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

@QuarkusTest
@DrivesAgent
class ReconcilerTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Reconciler reconciler;

  @Inject
  ReconcileEvent event;

  @AfterEach
  void noMoreFaults() {
    LocalSystemsManager.running().faults().clear();
  }

  private void reconcileIn(Duration from) {
    try (var clock = TestClock.stoppedAt(Instant.now().plus(from).getEpochSecond())) {
      reconciler.run().await().atMost(Duration.ofMinutes(1));
    }
  }

  private static void undeliverable(SupportCase support, int commands) {
    LocalSystemsManager.running()
        .faults()
        .nextTo(support.server().id(), commands, PlannedFault.undeliverable());
  }

  @Test
  void aGrantThatDidNotArriveIsCarriedOutLater() {
    var support = fleet.supportCase();
    undeliverable(support, 1);
    var data = support.grant().path("data");
    assertThat(data.path("auth_status").asText()).isEqualTo("NOT_AUTHED");
    assertThat(data.has("auth_time")).isFalse();
    assertThat(data.path("chain_status").asText()).isEqualTo("ERR_UNKNOWN");
    assertThat(data.at("/non_fatals/0").asText())
        .contains("has not confirmed yet", "the grant stands");
    assertThat(support.letsVendorIn()).isFalse();

    reconcileIn(Duration.ofMinutes(1));

    assertThat(support.letsVendorIn()).isTrue();
    assertThat(listedStatus(support)).isEqualTo("AUTHED");
  }

  @Test
  void whatAServerStatesAfterTheCallEndedIsRecordedWithoutAnotherOrder() throws Exception {
    var support = fleet.supportCase();
    support.client().data("fleet_server_check", "api.wait", "20");
    var ended = LocalSystemsManager.afterTheOrder(
        support.server().id(), () -> support.grant("api.wait", "0"));
    var orders = LocalSystemsManager.orders();

    assertThat(reconcile(ended)).singleElement().matches(Look::confirmed);

    assertThat(LocalSystemsManager.orders()).isEqualTo(orders);
    assertThat(listedStatus(support)).isEqualTo("AUTHED");
    assertThat(reconcile(ended)).isEmpty();
  }

  /** The event names a command of ours, but what is printed there speaks for another server. */
  @Test
  void whatAServerStatesAsAnotherNodeIsNotRecorded() throws Exception {
    var support = fleet.supportCase();
    support.client().data("fleet_server_check", "api.wait", "20");
    RetoldServer.of(support.server()).say("{'top':{'node':'i-0fedcba9876543210'}}");
    var ended = LocalSystemsManager.afterTheOrder(
        support.server().id(), () -> support.grant("api.wait", "0"));

    assertThat(reconcile(ended)).isEmpty();

    assertThat(listedStatus(support)).isEqualTo("NOT_AUTHED");
  }

  /** Else the end of each order would be the beginning of the next. */
  @Test
  void anEndThatProvesNothingBringsNoOtherOrder() throws Exception {
    var support = fleet.supportCase();
    support.client().data("fleet_server_check", "api.wait", "20");
    var lock = support.server().folder().resolve("var/lib/latchkey/lock");
    var holder =
        new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo held; read end").start();
    try (var held = holder.inputReader()) {
      assertThat(held.readLine()).isEqualTo("held");
      var ended = LocalSystemsManager.afterTheOrder(
          support.server().id(), () -> support.grant("api.wait", "0"));
      var orders = LocalSystemsManager.orders();

      assertThat(reconcile(ended)).isEmpty();

      assertThat(LocalSystemsManager.orders()).isEqualTo(orders);
      assertThat(support.letsVendorIn()).isFalse();
    } finally {
      holder.destroy();
    }
  }

  /** The event of an order may come before its call has seen the answer, at the same time, or after it. */
  @Test
  void callsAndTheEventsOfTheirOwnOrdersDoNotDisturbEachOther() {
    var support = fleet.supportCase();
    var looks = new LinkedBlockingQueue<CompletableFuture<?>>();
    LocalSystemsManager.running()
        .tell(event ->
            looks.add(CompletableFuture.runAsync(() -> reconcile(WhmClient.parse(event)))));
    try {
      for (var i = 1; i <= 5; i++) {
        assertThat(support.grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");
        var answer = support.revoke();
        assertThat(answer.at("/metadata/result").asInt()).as(answer.toString()).isEqualTo(1);
        assertThat(answer.at("/data/revoked_keys").asInt()).isEqualTo(1);
        assertThat(support.receipts()).hasSize(i);
      }
    } finally {
      LocalSystemsManager.running().tell(event -> {});
    }
    assertThat(looks).hasSizeGreaterThanOrEqualTo(10).allSatisfy(CompletableFuture::join);
  }

  private static String listedStatus(SupportCase support) {
    return support
        .client()
        .data("ticket_list")
        .at("/auths/0/servers/0/auth_status")
        .asText();
  }

  private List<Look> reconcile(JsonNode ended) {
    return reconciler
        .ended(
            NodeId.parse(ended.at("/detail/instance-id").asText()),
            ended.at("/detail/command-id").asText())
        .await()
        .atMost(Duration.ofMinutes(1));
  }

  @Test
  void aRevokeThatDidNotArriveIsRepeatedUntilItIsProven() {
    var support = fleet.supportCase();
    support.grant();
    undeliverable(support, 3);

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
  void aServerThatCannotBeLookedAtFailsTheRun() {
    var support = fleet.supportCase();
    support.grant("api.ttl", "60");
    SdkProbe.failBefore(request -> request instanceof TransactWriteItemsRequest
        ? Optional.of(ResourceNotFoundException.builder().message("no table").build())
        : Optional.empty());
    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(61).getEpochSecond())) {
      assertThatThrownBy(() -> event
              .reconcile(Optional.empty(), Optional.empty())
              .await()
              .atMost(Duration.ofMinutes(1)))
          // What servers of other tests left to be forgotten cannot be written either.
          .hasMessageMatching("(?s).*\\d+ of \\d+ servers could not be looked at.*");
    } finally {
      SdkProbe.reset();
    }
    assertThat(support.letsVendorIn()).isTrue();
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
