package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.CallMark.Trace;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CallMarkTest {
  private static final Instant AT = Instant.parse("2026-11-28T12:00:00.123Z");

  /** A digit more or less moves it to another place, and eight of them more to another number of the same place. */
  @Test
  void itsPlaceAndItsLastDigitsAreOfTheRequest() {
    var digits = AT.toEpochMilli() * 1_000_000;

    assertThat(CallMark.of("\u0000", AT)).isEqualTo(new CallMark("s0", digits));
    assertThat(CallMark.of("\u0007", AT)).isEqualTo(new CallMark("s7", digits));
    assertThat(CallMark.of("\u0013", AT)).isEqualTo(new CallMark("s3", digits + 2));
  }

  @Test
  void theSameMarkIsThere() {
    var mark = CallMark.of("a", AT);

    assertThat(mark.trace(mark.value())).isEqualTo(Trace.THERE);
  }

  /** Clocks of two functions may differ by five seconds: within them nobody knows which came first. */
  @Test
  void onlyAMarkThatIsSurelyOlderSaysThatItWasNotThere() {
    var mark = CallMark.of("a", AT);
    var skew = 5_000 * 1_000_000L;

    assertThat(mark.trace(0)).isEqualTo(Trace.NOT_THERE);
    assertThat(mark.trace(mark.value() - skew - 1)).isEqualTo(Trace.NOT_THERE);
    assertThat(mark.trace(mark.value() - skew)).isEqualTo(Trace.OVERWRITTEN);
    assertThat(mark.trace(mark.value() - 1)).isEqualTo(Trace.OVERWRITTEN);
    assertThat(mark.trace(mark.value() + 1)).isEqualTo(Trace.OVERWRITTEN);
  }
}
