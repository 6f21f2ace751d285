package dev.latchkey.server;

import dev.latchkey.data.Data;
import dev.latchkey.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What appeared on a server during a lease, in words: a line for each entry of each list that the server states, whatever
 * lists it has and whether their entries are texts or small objects.
 */
final class Appeared {
  private static final String MORE = "more";

  private Appeared() {}

  static List<String> lines(Data stated) {
    var lines = new ArrayList<String>();
    if (stated instanceof Data.Hash lists) {
      lists.entries().forEach((name, value) -> add(lines, name, value));
    } else {
      add(lines, "", stated);
    }
    return lines;
  }

  private static void add(List<String> lines, String name, Data value) {
    var subject = name.isEmpty() ? "" : word(name) + ": ";
    if (value instanceof Data.Text text) {
      lines.add(subject + Quoted.sentence(text.value()));
    } else if (value instanceof Data.Sequence list) {
      var items = list.items();
      var shown = items.subList(0, Math.min(StatedList.MOST, items.size()));
      shown.forEach(item -> lines.add(subject + line(item)));
      more(lines, subject, items.size() - shown.size());
    } else if (value instanceof Data.Hash inner) {
      inner.entries().forEach((key, each) -> {
        if (!key.equals(MORE)) {
          add(lines, each instanceof Data.Sequence ? name : name + " " + key, each);
        }
      });
      inner
          .get(MORE)
          .ifPresent(count -> add(lines, name.isEmpty() ? MORE : name + "_" + MORE, count));
    } else if (value instanceof Data.Number number && name.endsWith(MORE)) {
      var of = name.substring(0, name.length() - MORE.length()).replaceAll("(?<![_ ])[_ ]++$", "");
      more(lines, of.isEmpty() ? "" : word(of) + ": ", number.value());
    }
  }

  private static void more(List<String> lines, String subject, long count) {
    if (count > 0) {
      lines.add(subject + "and " + count + " more");
    }
  }

  private static String line(Data item) {
    if (item instanceof Data.Hash hash) {
      return hash.entries().entrySet().stream()
          .filter(entry -> !(entry.getValue() instanceof Data.Null))
          .map(entry -> word(entry.getKey()) + " " + value(entry.getValue()))
          .collect(Collectors.joining(", "));
    }
    return value(item);
  }

  private static String value(Data value) {
    if (value instanceof Data.Text text) {
      return Quoted.sentence(text.value());
    }
    if (value instanceof Data.Number number) {
      return Long.toString(number.value());
    }
    return value instanceof Data.Sequence list
        ? list.items().stream()
            .limit(StatedList.MOST)
            .map(Appeared::value)
            .collect(Collectors.joining(" "))
        : "…";
  }

  private static String word(String name) {
    return Quoted.of(name).replace('_', ' ');
  }
}
