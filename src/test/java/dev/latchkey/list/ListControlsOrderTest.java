package dev.latchkey.list;

import static dev.latchkey.list.Listing.controls;
import static dev.latchkey.list.Listing.listing;
import static dev.latchkey.list.Listing.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.api.WhmFailure;
import org.junit.jupiter.api.Test;

/** Filter, then columns, then sort, then chunk. */
class ListControlsOrderTest {
  @Test
  void aFilterSeesFieldsThatTheColumnsTakeAway() {
    assertThat(
            listing("id=1 plan=a", "id=2 plan=b")
                .cut(
                    "columns.enable=1 columns.a=id filter.enable=1 filter.a.field=plan filter.a.arg0=b"))
        .containsExactly(record("id=2"));
  }

  @Test
  void aSortKeyThatTheColumnsTakeAwaySortsNothing() {
    assertThat(listing("id=1 plan=b", "id=2 plan=a")
            .ids("columns.enable=1 columns.a=id sort.enable=1 sort.a.field=plan"))
        .isEqualTo("1 2");
  }

  @Test
  void aChunkIsTakenFromTheSortedList() {
    assertThat(listing("id=3", "id=1", "id=2")
            .ids("chunk.enable=1 chunk.size=1 sort.enable=1 sort.a.field=id"))
        .isEqualTo("1");
  }

  @Test
  void senselessControlsAreRefusedBeforeThereIsAListToCut() {
    assertThatThrownBy(() -> controls("chunk.enable=1 chunk.size=0"))
        .isInstanceOf(WhmFailure.class)
        .hasMessageStartingWith("api.chunk.size: ");
  }
}
