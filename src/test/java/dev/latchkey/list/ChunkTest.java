package dev.latchkey.list;

import static dev.latchkey.list.Listing.listing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkTest {
  private static final Listing LIST = listing("id=1", "id=2", "id=3", "id=4", "id=5");

  @ParameterizedTest
  @CsvSource({"1, 2, 1 2", "2, 2, 2 3", "4, 9, 4 5", "5, 1, 5", "1, 2147483647, 1 2 3 4 5"})
  void startIsTheNumberOfARecordAndNotOfAPage(int start, int size, String ids) {
    assertThat(LIST.ids("chunk.enable=1 chunk.start=" + start + " chunk.size=" + size))
        .isEqualTo(ids);
  }

  @Test
  void aStartPastTheEndIsAnEmptyList() {
    assertThat(LIST.cut("chunk.enable=1 chunk.start=6 chunk.size=2")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"-1, 1 2 3 4 5", "1, 1 2 3 4 5", "4, 4 5"})
  void withoutASizeItIsAllOfTheRest(int start, String ids) {
    assertThat(LIST.ids("chunk.enable=1 chunk.start=" + start)).isEqualTo(ids);
  }

  @Test
  void withoutAStartItBeginsAtTheFirst() {
    assertThat(LIST.ids("chunk.enable=1 chunk.size=2")).isEqualTo("1 2");
  }

  @Test
  void whatIsSwitchedOffLeavesEverything() {
    assertThat(LIST.ids("chunk.enable=0 chunk.size=2")).isEqualTo("1 2 3 4 5");
  }

  @ParameterizedTest
  @Words("size=0 size=-1 size=x size= start=0 start=-2 start=1.5 start= size=2147483648")
  void whatIsNoCountIsRefusedByItsParameter(String wrong) {
    assertThatThrownBy(() -> LIST.cut("chunk.enable=1 chunk." + wrong))
        .isInstanceOf(WhmFailure.class)
        .hasMessageStartingWith("api.chunk." + wrong.split("=")[0] + ": “");
  }
}
