package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LastAheadTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  @Test
  void threeOwnersWithinAnHourAreSeveral() {
    var two = LastAhead.NONE.and("a", NOW).and("b", NOW.plusSeconds(1800));
    assertThat(two.isOfSeveral(NOW.plusSeconds(1800))).isFalse();

    assertThat(two.and("c", NOW.plusSeconds(3600)).isOfSeveral(NOW.plusSeconds(3600)))
        .isTrue();
    assertThat(two.and("c", NOW.plusSeconds(3601)).isOfSeveral(NOW.plusSeconds(3601)))
        .isFalse();
  }

  @Test
  void oneOwnerIsOneHoweverManyServersAreAhead() {
    var last = LastAhead.NONE.and("b", NOW);
    for (var i = 0; i < 100; i++) {
      last = last.and("a", NOW.plusSeconds(i));
    }
    assertThat(last.isOfSeveral(NOW.plusSeconds(100))).isFalse();
    assertThat(last.last()).hasSize(2);
  }

  @Test
  void itDoesNotGrow() {
    var last = LastAhead.NONE;
    for (var i = 0; i < 100; i++) {
      last = last.and("owner" + i, NOW);
    }
    assertThat(last.last()).hasSize(3);
  }
}
