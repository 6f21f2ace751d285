package dev.latchkey.api;

import dev.latchkey.api.FieldType.ListOf;
import java.util.List;
import java.util.Optional;

/** Which of a function's fields is the list that filter, columns, sort and chunk are of. */
final class TheList {
  /** WHM's remarks on what it answers. */
  private static final String REMARKS = "non_fatals";

  private TheList() {}

  /**
   * The only list, else the only list of records that is always there: which it is does not change with what an answer
   * leaves out.
   */
  static Optional<String> of(List<Field> fields) {
    var lists = fields.stream()
        .filter(field -> field.type() instanceof ListOf && !field.name().equals(REMARKS))
        .toList();
    var records = lists.size() == 1
        ? lists
        : lists.stream()
            .filter(field -> !field.mayBeAbsent() && !field.type().fields().isEmpty())
            .toList();
    return records.size() == 1 ? Optional.of(records.get(0).name()) : Optional.empty();
  }
}
