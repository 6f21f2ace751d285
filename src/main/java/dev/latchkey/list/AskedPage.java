package dev.latchkey.list;

import dev.latchkey.api.Arguments;
import java.util.List;
import java.util.Optional;

/**
 * The page of a list that {@code api.chunk} asks for, for a function that reads no more than it from the table.
 *
 * @param start the first record, counted from 1
 * @param size records a page, at least 1
 * @param verbose whether the metadata says how many records there are, so that all of them must be counted
 */
public record AskedPage(long start, long size, boolean verbose) {
  /** Empty where all records must be there before some of them are left out: for a filter, a sort, or no chunk. */
  public static Optional<AskedPage> of(Arguments arguments) {
    var controls = ListControls.from(arguments);
    return controls.filters().isPresent() || controls.sorting().isPresent()
        ? Optional.empty()
        : controls.chunk().filter(chunk -> chunk.size().isPresent()).map(AskedPage::of);
  }

  /** Of a hash, in the order of its names; filters and sorts are for lists and change nothing in a hash. */
  public static Optional<AskedPage> ofHash(Arguments arguments) {
    return ListControls.from(arguments).chunk().map(AskedPage::of);
  }

  private static AskedPage of(Chunk chunk) {
    return new AskedPage(
        chunk.start(), chunk.size().orElse((long) Integer.MAX_VALUE), chunk.verbose());
  }

  /** How many records to read, from the first of all. */
  public int most() {
    return verbose ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, start - 1 + size);
  }

  /** @param read the first {@link #most} records of all */
  public <T> List<T> cut(List<T> read) {
    return read.stream().skip(start - 1).limit(size).toList();
  }
}
