package dev.latchkey.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.Observation;
import dev.latchkey.server.ObservationReader;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client asks again for by itself, and where it sends for somebody. */
class WaitsForTest {
  private static String of(OrderOutcome outcome) {
    return WaitsFor.of(outcome, Optional.empty());
  }

  private static Observation stated(String outcome, String more) {
    return ObservationReader.read(
            "{\"latchkey\":1,\"outcome\":\"" + outcome + "\",\"generation\":7" + more + "}")
        .orElseThrow();
  }

  @Test
  void whatIsOnlyLateIsProvenByTheSameCallAgain() {
    assertThat(Stream.of(
                new OrderOutcome.Unknown("no answer"),
                new OrderOutcome.Running("command"),
                new OrderOutcome.Throttled(),
                new OrderOutcome.Stale(stated("STALE", "")),
                new OrderOutcome.Stated(stated("DONE", "")))
            .map(WaitsForTest::of))
        .containsOnly("server");
  }

  @Test
  void whereNothingPassesByItselfSomebodyLooks() {
    assertThat(Stream.of(
                new OrderOutcome.Unreachable("ConnectionLost"),
                new OrderOutcome.Ahead(stated("STALE", "")),
                new OrderOutcome.Stated(stated("PARTIAL", ",\"problem\":\"no space left\"")))
            .map(WaitsForTest::of))
        .containsOnly("person");
  }

  @ParameterizedTest
  @CsvSource({
    "BUSY, server",
    "TOO_LATE, server",
    "REFUSED, person",
    "NO_AGENT, person",
    "NO_PYTHON, person",
    "SELFTEST_FAILED, person",
    "WENT_BACK, person"
  })
  void aServerThatDeclinesSaysWhich(String why, String who) {
    assertThat(of(new OrderOutcome.Declined(stated(why, "")))).isEqualTo(who);
  }

  /** What it says of the access itself goes before what became of the order. */
  @Test
  void whatTheServerStatesOfTheAccessDecides() {
    var problem = new OrderOutcome.Stated(stated("PARTIAL", ",\"problem\":\"no space left\""));

    assertThat(WaitsFor.of(problem, Optional.of(true))).isEqualTo("server");
    assertThat(WaitsFor.of(new OrderOutcome.Unknown("late"), Optional.of(false)))
        .isEqualTo("person");
  }
}
