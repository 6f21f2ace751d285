package dev.latchkey.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.change.Change;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.OrderOutcome.Unknown;
import dev.latchkey.server.LookTable;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Server;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.StandInFleet;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;

@QuarkusTest
@InProcess
class SharedLooksTest extends WhmTest {
  private static final long NOW = Instant.now().getEpochSecond();

  @Inject
  LookTable table;

  @Inject
  ServerTable servers;

  @Inject
  Change change;

  @Inject
  Dispatch dispatch;

  @Inject
  Convergence convergence;

  @Inject
  Clock clock;

  private final StandInFleet fleet = new StandInFleet();
  private ServerName name;

  @BeforeEach
  void oneServer() {
    QuarkusMock.installMockForType(fleet, SsmAsyncClient.class);
    var id = UUID.randomUUID().toString().replace("-", "").substring(0, 17);
    name = new ServerName("l" + id);
    var server = Server.added(name, NodeId.parse("i-" + id), "looks");
    change
        .note(in -> servers.add(in, server, IllegalStateException::new, IllegalStateException::new))
        .await()
        .indefinitely();
  }

  private ServerState state() {
    return servers.find(name).await().indefinitely().orElseThrow();
  }

  private Uni<Delivered> look(Duration wait) {
    var state = state();
    return new SharedLooks(table, dispatch, convergence, clock, Duration.ofSeconds(5))
        .look(state, UUID.randomUUID().toString(), wait);
  }

  private String request(Duration wait) {
    return look(wait)
        .await()
        .indefinitely()
        .outcome()
        .statement()
        .map(Observation::request)
        .orElse("none");
  }

  private String requestAt(long second) {
    try (var stopped = TestClock.stoppedAt(NOW + second)) {
      return request(Duration.ofSeconds(5));
    }
  }

  @Test
  void aLookThatIsSecondsOldAnswersAndAnOlderOneDoesNot() {
    var first = requestAt(0);
    assertThat(requestAt(4)).isEqualTo(first);
    assertThat(fleet.sent()).hasSize(1);

    assertThat(requestAt(5)).isNotEqualTo(first);
    assertThat(fleet.sent()).hasSize(2);
  }

  /** However many ask at once, and whether or not the first has sent its order yet. */
  @Test
  void readersAtOnceAreOneLook() {
    try (var stopped = TestClock.stoppedAt(NOW)) {
      var all = Uni.join()
          .all(Stream.generate(() -> look(Duration.ofSeconds(5))).limit(12).toList())
          .andFailFast()
          .await()
          .atMost(Duration.ofMinutes(1));

      assertThat(all.stream()
              .map(one -> one.outcome().statement().orElseThrow().request())
              .distinct())
          .hasSize(1);
    }
    assertThat(fleet.sent()).hasSize(1);
  }

  /** Such as the end of a grant: an answer from before it would be wrong. */
  @Test
  void whatWasRecordedSinceMakesALookWorthNothing() {
    var first = requestAt(0);
    var before = state();
    change
        .note(in -> servers.write(in, before, before.again(Instant.ofEpochSecond(NOW))))
        .await()
        .indefinitely();

    assertThat(requestAt(2)).isNotEqualTo(first);
    assertThat(fleet.sent()).hasSize(2);
  }

  /** So that a reader without a pause leaves the server to orders; its answer is nothing rather than the old one. */
  @Test
  void aLookDoesNotFollowAnotherAtOnceThoughSomethingWasRecorded() {
    requestAt(0);
    var before = state();
    change
        .note(in -> servers.write(in, before, before.again(Instant.ofEpochSecond(NOW))))
        .await()
        .indefinitely();

    try (var stopped = TestClock.stoppedAt(NOW + 1)) {
      var early = look(Duration.ofMillis(150)).await().indefinitely();
      assertThat(early.outcome())
          .isInstanceOfSatisfying(
              Unknown.class, unknown -> assertThat(unknown.why()).contains("a moment ago"));
    }
    assertThat(fleet.sent()).hasSize(1);
  }

  @Test
  void aLookThatCouldNotBeSentIsInNobodysWay() {
    fleet.throttle(state().server().node().value());
    assertThat(requestAt(0)).isEqualTo("none");
    fleet.heal();

    assertThat(requestAt(1)).isNotEqualTo("none");
  }

  /** Taking the look, telling the others where its answer will be, and recording it are updates by themselves. */
  @ParameterizedTest
  @CsvSource({"true, 1", "false, 1", "true, 2", "false, 2", "true, 3", "false, 3"})
  void whicheverUpdateIsLostTheLookOrTheNextOneIsAnswered(boolean beforeIt, int number) {
    requestAt(0);
    SdkProbe.reset();
    var left = SdkProbe.loseUpdate(beforeIt, number);

    var broken = requestAt(5);
    SdkProbe.reset();

    assertThat(left.get()).as("there is such an update").isLessThanOrEqualTo(0);
    if (number < 3) {
      assertThat(broken).as("only the record tells what was stated").isNotEqualTo("none");
    }
    var next = requestAt(10);
    assertThat(next).isNotIn("none", broken);
    assertThat(state().server().seen().orElseThrow().statement()).contains(next);
  }

  /** Its caller may be gone before he has said where the answer will be: nobody waits for it beyond its time. */
  @Test
  void aLookOfWhichNothingIsHeardIsGivenUp() {
    try (var stopped = TestClock.stoppedAt(NOW)) {
      table
          .begin(state().server(), "lost", clock.instant(), Duration.ofSeconds(5))
          .await()
          .indefinitely();
      assertThat(request(Duration.ofMillis(150))).isEqualTo("none");
    }
    assertThat(List.of(requestAt(5))).doesNotContain("none", "lost");
  }
}
