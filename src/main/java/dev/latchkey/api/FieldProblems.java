package dev.latchkey.api;

import dev.latchkey.api.FieldType.ByName;
import dev.latchkey.api.FieldType.ListOf;
import java.util.HashSet;
import java.util.List;

/** What is missing or wrong in the fields that a declaration states. */
final class FieldProblems {
  private FieldProblems() {}

  static void add(List<Field> fields, String path, List<String> problems) {
    var names = new HashSet<String>();
    for (var field : fields) {
      var at = path + field.name();
      if (!names.add(field.name())) {
        problems.add("its answer has two fields " + at);
      }
      if (!field.sentence().endsWith(".")) {
        problems.add("its answer's field " + at + " has no sentence");
      }
      add(field.type().fields(), at + ".", problems);
    }
  }

  /** What was done cannot be asked for again in parts, as a list can. */
  static void addBoundless(List<Field> fields, String path, List<String> problems) {
    for (var field : fields) {
      var at = path + field.name();
      if (field.type() instanceof ByName byName && byName.most() == ListOf.ALL
          || field.type() instanceof ListOf list && list.most() == ListOf.ALL) {
        problems.add("it changes something, and its answer's list " + at + " has no bound");
      }
      addBoundless(field.type().fields(), at + ".", problems);
    }
  }
}
