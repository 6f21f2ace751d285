package dev.latchkey.list;

import static dev.latchkey.list.Listing.listing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.data.Data;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What @cpanel/api reads of a page. */
class ChunkMetadataTest {
  private static final Listing LIST = listing("id=1", "id=2", "id=3", "id=4", "id=5");

  @ParameterizedTest
  @CsvSource({"1,2,1,3", "3,2,2,3", "5,2,3,3", "2,2,1,3", "1,5,1,1", "1,6,1,1", "11,2,6,3"})
  void itCountsThePagesFromOne(long start, long size, long current, long chunks) {
    var page = "chunk.enable=1 chunk.verbose=1 chunk.start=" + start + " chunk.size=" + size;

    assertThat(LIST.metadata(page)).isEqualTo(chunk(start, size, current, chunks, 5));
  }

  @Test
  void everythingIsOnePage() {
    assertThat(LIST.metadata("chunk.enable=1 chunk.verbose=1 chunk.start=-1"))
        .isEqualTo(chunk(1, 5, 1, 1, 5));
  }

  @Test
  void recordsAreCountedAfterTheFilter() {
    assertThat(LIST.metadata("chunk.enable=1 chunk.verbose=1 chunk.size=1 "
            + "filter.enable=1 filter.a.field=id filter.a.type=gt filter.a.arg0=3"))
        .isEqualTo(chunk(1, 1, 1, 2, 2));
  }

  @Test
  void anEmptyListHasNoPages() {
    assertThat(listing().metadata("chunk.enable=1 chunk.verbose=1 chunk.size=3"))
        .isEqualTo(chunk(1, 3, 1, 0, 0));
  }

  @Test
  void withoutVerboseItIsLeftOut() {
    assertThat(LIST.metadata("chunk.enable=1 chunk.size=2")).isEqualTo(Data.hash());
  }

  private static Data chunk(long start, long size, long current, long chunks, long records) {
    var chunk = Data.hash().with("start", start).with("size", size).with("current", current);
    return Data.hash().with("chunk", chunk.with("chunks", chunks).with("records", records));
  }
}
