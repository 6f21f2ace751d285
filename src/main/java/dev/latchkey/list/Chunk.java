package dev.latchkey.list;

import dev.latchkey.api.Field;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import java.util.List;
import java.util.Optional;

/**
 * {@code api.chunk}: a page of the list.
 *
 * @param start the first record, counted from 1
 * @param size records a page, at least 1; empty for all of them
 * @param verbose whether the metadata describes the page
 */
record Chunk(long start, Optional<Long> size, boolean verbose) {
  private static final String CONTROL = "chunk";
  private static final String EVERYTHING = "-1";
  private static final ParameterType<Long> COUNT = ParameterType.integer(1, Integer.MAX_VALUE);

  /** What {@link #describe} says. */
  static final List<Field> FIELDS = List.of(
      Field.number("start", "The number of the first record, from 1."),
      Field.number("size", "How many records a part has."),
      Field.number("current", "The number of this part, from 1."),
      Field.number("chunks", "How many parts there are; left out of one page of several (“next”).")
          .optional(),
      Field.number(
              "records", "How many records there are; left out of one page of several (“next”).")
          .optional());

  static Optional<Chunk> from(ControlArguments controls) {
    if (!controls.isOn(CONTROL, "enable")) {
      return Optional.empty();
    }
    var verbose = controls.isOn(CONTROL, "verbose");
    var start = controls.value(CONTROL, "start");
    if (start.filter(EVERYTHING::equals).isPresent()) {
      return Optional.of(new Chunk(1, Optional.empty(), verbose));
    }
    return Optional.of(new Chunk(
        start.map(text -> count("start", text)).orElse(1L),
        controls.value(CONTROL, "size").map(text -> count("size", text)),
        verbose));
  }

  List<Data> apply(List<Data> records) {
    return records.stream().skip(start - 1).limit(size.orElse(Long.MAX_VALUE)).toList();
  }

  /** @param records how many there are, counted after the filter */
  Data.Hash describe(int records) {
    return describeOfMore(records)
        .with("chunks", (records + page(records) - 1) / page(records))
        .with("records", records);
  }

  /** @param records how many there are of those that nobody has counted */
  Data.Hash describeOfMore(int records) {
    return Data.hash()
        .with("start", start)
        .with("size", size.orElse((long) records))
        .with("current", (start - 1) / page(records) + 1);
  }

  private long page(int records) {
    return size.orElse((long) Math.max(records, 1));
  }

  private static long count(String name, String text) {
    try {
      return COUNT.parser().apply(text);
    } catch (IllegalArgumentException e) {
      throw WhmFailure.parameter("api.chunk." + name, e.getMessage());
    }
  }
}
