package dev.latchkey.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A tree as YAML in the layout of Perl's YAML::Syck, which {@code whmapi1} writes: keys sorted, {@code -} on a line of its own
 * and indented, {@code ~} for null, nothing folded. Left out are its trailing blanks and the empty line after each empty list;
 * and what a reader of YAML would take for another type is quoted, so that {@code '1'} is a text and {@code 1} a number.
 */
final class YamlText {
  private static final int STEP = 2;

  /** As Perl sorts: by code points. */
  private static final Comparator<String> BY_CODE_POINTS = (one, other) -> {
    var left = one.codePoints().iterator();
    var right = other.codePoints().iterator();
    while (left.hasNext() && right.hasNext()) {
      var order = Integer.compare(left.nextInt(), right.nextInt());
      if (order != 0) {
        return order;
      }
    }
    return Boolean.compare(left.hasNext(), right.hasNext());
  };

  private final StringBuilder out = new StringBuilder("---");

  private YamlText() {}

  static String of(Node node) {
    var text = new YamlText();
    text.put(node, 0);
    return text.out.toString();
  }

  /** After a key, a dash or the first line. */
  private void put(Node node, int indent) {
    if (node instanceof Node.Members hash && !hash.isEmpty()) {
      out.append('\n');
      members(hash, indent);
    } else if (node instanceof Node.Items list && !list.isEmpty()) {
      out.append('\n');
      items(list.items(), indent);
    } else {
      out.append(' ').append(scalar(node)).append('\n');
    }
  }

  private void members(Node.Members hash, int indent) {
    hash.members().entrySet().stream()
        .sorted(Map.Entry.comparingByKey(BY_CODE_POINTS))
        .forEach(member -> {
          out.append(" ".repeat(indent)).append(YamlScalar.key(member.getKey())).append(':');
          put(member.getValue(), indent + STEP);
        });
  }

  private void items(List<Node> items, int indent) {
    for (var item : items) {
      out.append(" ".repeat(indent)).append('-');
      put(item, indent + STEP);
    }
  }

  private static String scalar(Node node) {
    if (node instanceof Node.Text text) {
      return YamlScalar.text(text.value());
    }
    if (node instanceof Node.Number number) {
      return YamlScalar.number(number.digits());
    }
    if (node instanceof Node.Items) {
      return "[]";
    }
    if (node instanceof Node.Members) {
      return "{}";
    }
    return node.scalar().orElse("~");
  }
}
