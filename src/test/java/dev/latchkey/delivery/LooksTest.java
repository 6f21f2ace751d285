package dev.latchkey.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LooksTest {
  private static Stream<Long> pauses(long firstMillis) {
    return Stream.iterate(Looks.first(Duration.ofMillis(firstMillis)), Looks::next)
        .limit(7)
        .map(looks -> looks.pause().toMillis());
  }

  /** Six looks in the five seconds that a call waits. */
  @Test
  void theFirstIsAfterASecond() {
    assertThat(pauses(1_000)).containsExactly(1_000L, 500L, 1_000L, 1_000L, 1_000L, 1_000L, 1_000L);
  }

  @Test
  void onThisMachineTheyAreSooner() {
    assertThat(pauses(50)).containsExactly(50L, 25L, 50L, 100L, 200L, 400L, 800L);
  }
}
