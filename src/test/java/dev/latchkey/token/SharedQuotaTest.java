package dev.latchkey.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Credential;
import dev.latchkey.access.Month;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.Used;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SharedQuotaTest {
  private static final Instant NOW = Instant.parse("2027-01-31T12:00:00Z");

  /** From the last of January, thirty days reach into March. */
  @Test
  void aGraceThatTouchesTwoMoreMonthsCountsInBoth() {
    var scope = new Scope(Privileges.ALL, Optional.empty(), Optional.empty(), OptionalLong.of(300));
    var credential = new Credential("ann", "0123456789abcdef0123", "ci", scope, NOW, "1");
    var january = Month.of(NOW);
    var seen = new Used(
        credential,
        Optional.empty(),
        Optional.empty(),
        new TreeMap<>(),
        new TreeMap<>(Map.of(january, 100L)));

    var shared = SharedQuota.until(NOW.plus(Duration.ofDays(30)), seen, NOW);

    // Half of the 200 that are left of January's go on by the old value, and all 300 of the other
    // months.
    assertThat(shared.share()).hasValue(300);
    assertThat(shared.handover().successor())
        .isEqualTo(Map.of(january, 200L, january.next(), 300L, january.next().next(), 300L));
  }
}
