package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
  @Test
  void aFunctionCountsAsOftenAsItIsCalled() {
    var tally = Tally.ofEach(List.of(36, 3, 36, Tally.UNKNOWN));

    assertThat(tally).isEqualTo(Tally.of(Map.of(36, 2L, 3, 1L, 0, 1L)));
    assertThat(tally.total()).isEqualTo(4);
    assertThat(Tally.ofEach(List.of()).total()).isZero();
  }
}
