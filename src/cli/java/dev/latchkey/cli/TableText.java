package dev.latchkey.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An answer for a person: what stands alone as {@code name  value}, and the one list of hashes as a table, with the names of the
 * columns that have no place in it. Nothing of a server can write anything but its own cell.
 */
final class TableText {
  private static final String GAP = "  ";

  private final StringBuilder out = new StringBuilder();

  private TableText() {}

  /** @param columns empty for those whose cells fit on a line */
  static String of(RemoteAnswer answer, List<String> columns) {
    var text = new TableText();
    var shown = answer.data().or(() -> answer.tree().flatMap(tree -> tree.members("metadata")));
    shown.ifPresent(data -> text.put(data, columns));
    return text.out.toString();
  }

  private void put(Node.Members data, List<String> columns) {
    var tables = new LinkedHashMap<String, Collection<Node.Members>>();
    data.members().forEach((name, value) -> rows(value).ifPresent(rows -> tables.put(name, rows)));
    var alone = new LinkedHashMap<String, String>();
    data.members().forEach((name, value) -> {
      if (tables.size() != 1 || !tables.containsKey(name)) {
        alone.put(name, cell(value));
      }
    });
    if (tables.size() != 1) {
      pairs(alone);
      return;
    }
    alone.values().removeIf(String::isEmpty);
    pairs(alone);
    tables.values().forEach(rows -> table(new ArrayList<>(rows), columns));
  }

  /** A list of hashes, or hashes by name. */
  private static Optional<Collection<Node.Members>> rows(Node value) {
    var all = value instanceof Node.Items list
        ? list.items()
        : value instanceof Node.Members hash ? hash.members().values() : List.<Node>of();
    return !all.isEmpty() && all.stream().allMatch(Node.Members.class::isInstance)
        ? Optional.of(all.stream().map(Node.Members.class::cast).toList())
        : Optional.empty();
  }

  private void pairs(Map<String, String> all) {
    var width =
        all.keySet().stream().mapToInt(name -> width(Visible.line(name))).max().orElse(0);
    all.forEach((name, value) -> line(padded(Visible.line(name), width) + GAP + value));
  }

  private void table(List<Node.Members> all, List<String> asked) {
    var rows = asked.isEmpty() ? unfolded(all.stream().map(TableText::withData).toList()) : all;
    var hidden = asked.isEmpty() ? deep(rows) : Set.<String>of();
    var columns = asked.isEmpty() ? usual(rows, hidden) : asked;
    var lines = new ArrayList<List<String>>();
    lines.add(columns.stream().map(Visible::line).toList());
    for (var row : rows) {
      lines.add(columns.stream()
          .map(column -> find(row, column).map(TableText::cell).orElse(""))
          .toList());
    }
    var widths = new ArrayList<Integer>();
    for (var i = 0; i < columns.size(); i++) {
      var column = i;
      widths.add(
          lines.stream().mapToInt(cells -> width(cells.get(column))).max().orElse(0));
    }
    for (var cells : lines) {
      var text = new StringBuilder();
      for (var i = 0; i < cells.size(); i++) {
        text.append(padded(cells.get(i), widths.get(i))).append(GAP);
      }
      line(text.toString());
    }
    var missing = hidden.stream().filter(name -> !columns.contains(name)).toList();
    if (!missing.isEmpty()) {
      line("Not shown: " + Visible.line(String.join(", ", missing)) + "; --output=yaml has them.");
    }
  }

  /** Of one server among many, what it answers is the answer: its data are columns. */
  private static Node.Members withData(Node.Members row) {
    return row.get("server").isPresent()
        ? row.members("data").map(data -> joined(row, "data", data)).orElse(row)
        : row;
  }

  /** A row for each hash of the one list inside of the rows, as for the servers of tickets: what they say is what one looks for. */
  private static List<Node.Members> unfolded(List<Node.Members> rows) {
    var lists = rows.stream()
        .flatMap(row -> row.members().entrySet().stream())
        .filter(member -> rows(member.getValue()).isPresent())
        .map(Map.Entry::getKey)
        .distinct()
        .toList();
    if (lists.size() != 1) {
      return rows;
    }
    var name = lists.get(0);
    return rows.stream()
        .flatMap(row -> row.get(name)
            .flatMap(TableText::rows)
            .map(inner -> inner.stream().map(one -> joined(row, name, one)))
            .orElseGet(() -> Stream.of(row)))
        .toList();
  }

  private static Node.Members joined(Node.Members row, String name, Node.Members inner) {
    var all = new LinkedHashMap<>(row.members());
    all.remove(name);
    inner
        .members()
        .forEach((key, value) -> all.put(all.containsKey(key) ? name + "." + key : key, value));
    return new Node.Members(all);
  }

  /** The names of what does not fit into a cell in some row. */
  private static Set<String> deep(List<Node.Members> rows) {
    var names = new LinkedHashSet<String>();
    for (var row : rows) {
      row.members().forEach((name, value) -> {
        if (!value.isEmpty() && !isCell(value)) {
          names.add(name);
        }
      });
    }
    return names;
  }

  /** Those that have a value in some row and fit, in the order of the answer; if none fits, those that do not. */
  private static List<String> usual(List<Node.Members> rows, Set<String> deep) {
    var names = new LinkedHashSet<String>();
    for (var row : rows) {
      row.members().forEach((name, value) -> {
        if (!value.isEmpty() && !cell(value).isEmpty()) {
          names.add(name);
        }
      });
    }
    names.removeAll(deep);
    return List.copyOf(names.isEmpty() ? deep : names);
  }

  /** By its name, or by a path: {@code servers.0.name}. */
  private static Optional<Node> find(Node from, String path) {
    if (from instanceof Node.Members hash && hash.get(path).isPresent()) {
      return hash.get(path);
    }
    var dot = path.indexOf('.');
    var first = dot < 0 ? path : path.substring(0, dot);
    var next = Optional.<Node>empty();
    if (from instanceof Node.Members hash) {
      next = hash.get(first);
    } else if (from instanceof Node.Items list && first.matches("[0-9]{1,6}")) {
      var index = Integer.parseInt(first);
      next = index < list.items().size() ? Optional.of(list.items().get(index)) : next;
    }
    return dot < 0 ? next : next.flatMap(node -> find(node, path.substring(dot + 1)));
  }

  private static String cell(Node value) {
    if (value instanceof Node.Items list && isCell(list)) {
      return Visible.line(String.join(
          ", ", list.items().stream().map(item -> item.scalar().orElse("")).toList()));
    }
    if (value instanceof Node.Items || value instanceof Node.Members) {
      return JsonText.compact(value);
    }
    return Visible.line(value.scalar().orElse(""));
  }

  /** Whether it stands on a line as it is: a scalar, or a list of them. */
  private static boolean isCell(Node value) {
    return value instanceof Node.Items list
        ? list.items().stream().allMatch(item -> item.scalar().isPresent())
        : !(value instanceof Node.Members);
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - width(text)));
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append('\n');
  }
}
