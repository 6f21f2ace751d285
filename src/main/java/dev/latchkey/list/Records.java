package dev.latchkey.list;

import dev.latchkey.data.Data;
import java.util.stream.Stream;

/** The scalars in a record of a list; a record that is a scalar itself has just the field {@code *}. */
final class Records {
  static final String ANY_FIELD = "*";

  private Records() {}

  /** All scalars of a field, those inside a nested hash or array too. */
  static Stream<String> texts(Data record, String field) {
    if (field.equals(ANY_FIELD)) {
      return scalars(record);
    }
    return record instanceof Data.Hash hash
        ? hash.get(field).stream().flatMap(Records::scalars)
        : Stream.empty();
  }

  /** The field as a sort key; what is missing sorts as an empty text. */
  static String text(Data record, String field) {
    return texts(record, field).findFirst().orElse("");
  }

  private static Stream<String> scalars(Data data) {
    if (data instanceof Data.Text text) {
      return Stream.of(text.value());
    } else if (data instanceof Data.Number number) {
      return Stream.of(Long.toString(number.value()));
    } else if (data instanceof Data.Sequence sequence) {
      return sequence.items().stream().flatMap(Records::scalars);
    } else if (data instanceof Data.Hash hash) {
      return hash.entries().values().stream().flatMap(Records::scalars);
    }
    return Stream.empty();
  }
}
