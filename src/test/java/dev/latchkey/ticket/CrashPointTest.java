package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.reconcile.Reconciler;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

@QuarkusTest
@InProcess
@DrivesAgent
class CrashPointTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Reconciler reconciler;

  /** What a grant and a revoke send, each of its kind by number; looks at a command are many and alike. */
  static Stream<String> points() {
    return Stream.of(
            "UpdateItem 1",
            "GetItem 1",
            "GetItem 2",
            "BatchGetItem 1",
            "Query 1",
            "TransactWriteItems 1",
            "SendCommand 1",
            "GetCommandInvocation 1",
            "TransactWriteItems 2")
        .flatMap(point -> Stream.of("before " + point, "after " + point));
  }

  @AfterEach
  void noMoreFaults() {
    SdkProbe.reset();
  }

  @ParameterizedTest
  @MethodSource("points")
  void whereverItBreaksTheEndIsTheSame(String point) {
    var support = Prepared.once(fleet);

    var met = breaking(point, () -> support.grant("api.wait", "1"));
    reconcile();
    assertThat(support.letsVendorIn()).as("as the table says").isEqualTo(isAuthed(support));
    support.grant();
    reconcile();
    assertThat(support.authorizedKeys()).containsOnlyOnce(support.key());
    assertThat(isAuthed(support)).isTrue();

    var receipts = support.receipts().size();
    met |= breaking(point, () -> support.revoke("api.wait", "1"));
    reconcile();
    assertThat(support.letsVendorIn()).as("as the table says").isEqualTo(isAuthed(support));
    support.revoke();
    reconcile();
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(isAuthed(support)).isFalse();
    assertThat(support.receipts()).hasSize(receipts + 1);
    assertThat(met).as("there is such a request").isTrue();
  }

  /** What closing left, of which no call can be sure that it comes to an end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "before BatchGetItem 1",
        "before Query 2",
        "before SendCommand 1",
        "after SendCommand 1",
        "after GetCommandInvocation 1",
        "before GetItem 2",
        "before TransactWriteItems 1",
        "after TransactWriteItems 1"
      })
  void whereverRemovingBreaksTheEndIsTheSame(String point) {
    var support = Prepared.once(fleet).another();
    support.grant();
    breaking(
        "before SendCommand 1",
        () -> support.client().post("ticket_close", "ticket_id", support.ticket()));
    assertThat(support.letsVendorIn()).isTrue();

    var met = breaking(point, () -> support.client().post("ticket_remove_closed", "api.wait", "1"));
    assertThat(met).as("there is such a request").isTrue();
    reconcile();
    assertThat(
            support.client().data("ticket_remove_closed").path("revoked_keys").asInt())
        .as("the reconciler has gone on with it")
        .isZero();
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(support.receipts()).hasSize(1);
    assertThat(support.client().data("ticket_list").findValuesAsText("ticket_id"))
        .doesNotContain(support.ticket());
  }

  private static boolean isAuthed(SupportCase support) {
    return support
        .client()
        .data("ticket_list", "ticket_id", support.ticket())
        .at("/auths/0/servers/0/auth_status")
        .asText()
        .equals("AUTHED");
  }

  private void reconcile() {
    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(120).getEpochSecond())) {
      reconciler.run().await().atMost(Duration.ofMinutes(1));
    }
  }

  /**
   * Does it while one request fails: before it was sent, or after it was carried out.
   *
   * @return whether there was such a request
   */
  private static boolean breaking(String point, Runnable what) {
    var words = point.split(" ");
    var left = new AtomicInteger(Integer.parseInt(words[2]));
    Function<SdkRequest, Optional<RuntimeException>> fault =
        request -> request.getClass().getSimpleName().equals(words[1] + "Request")
                && left.decrementAndGet() == 0
            ? Optional.of(ApiCallTimeoutException.create(1))
            : Optional.empty();
    SdkProbe.reset();
    if (words[0].equals("before")) {
      SdkProbe.failBefore(fault);
    } else {
      SdkProbe.failAfter(fault);
    }
    try {
      what.run();
    } catch (AssertionError broken) {
      // HTTP 500: the client was told that something broke.
    } finally {
      SdkProbe.reset();
    }
    return left.get() <= 0;
  }

  /** One server for all points: what a fault leaves behind must not be in the way of the next. */
  private static final class Prepared {
    private static SupportCase support;

    static SupportCase once(Fleet fleet) {
      if (support == null) {
        support = fleet.supportCase();
        support.client().data("fleet_server_check", "api.wait", "20");
      }
      return support;
    }
  }
}
