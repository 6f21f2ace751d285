package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.YearMonth;
import org.junit.jupiter.api.Test;

/** Names of counters stay what they are: they lie in tables. */
class MonthTest {
  @Test
  void aMonthIsThatOfUtc() {
    assertThat(Month.of(Instant.parse("2026-11-30T23:59:59.999Z"))).isEqualTo(new Month("202611"));
    assertThat(Month.of(Instant.parse("2026-12-01T00:00:00Z"))).isEqualTo(new Month("202612"));
    assertThat(new Month("202701").previous()).isEqualTo(new Month("202612"));
    assertThat(new Month("202611").previous()).isEqualTo(new Month("202610"));
  }

  @Test
  void countersHaveNamesThatNeverChange() {
    assertThat(new Month("202611").counter()).isEqualTo("calls_202611");
    assertThat(new Month("202001").counter(0)).isEqualTo("000");
    assertThat(new Month("202611").counter(4)).isEqualTo("2A4");
    assertThat(new Month("209901").counter(36)).isEqualTo("QC10");
  }

  @Test
  void eachCounterIsReadAsItWasWritten() {
    for (var at = YearMonth.of(2020, 1); at.getYear() < 2100; at = at.plusMonths(1)) {
      var month = new Month("%d%02d".formatted(at.getYear(), at.getMonthValue()));
      for (var function : new int[] {0, 9, 35, 36, 140, 1295}) {
        var counter = month.counter(function);
        assertThat(Month.ofCounter(counter)).as(counter).contains(month);
        assertThat(Month.functionOf(counter)).as(counter).hasValue(function);
      }
      assertThat(Month.ofCounter(month.counter())).contains(month);
      assertThat(Month.functionOf(month.counter())).isEmpty();
    }
  }

  @Test
  void otherAttributesAreNoCounters() {
    for (var attribute : CredentialItem.ATTRIBUTES) {
      assertThat(Month.ofCounter(attribute)).as(attribute).isEmpty();
    }
    for (var attribute : new String[] {"pk", "s0", "", "2A", "2A4b", "2A4É", "2A444", "2a4"}) {
      assertThat(Month.ofCounter(attribute)).as(attribute).isEmpty();
      assertThat(Month.functionOf(attribute)).as(attribute).isEmpty();
    }
  }
}
