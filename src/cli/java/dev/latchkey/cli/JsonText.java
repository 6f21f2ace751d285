package dev.latchkey.cli;

import java.util.Iterator;

/** A tree as JSON: on one line, or in the layout of Perl's JSON modules, which {@code --output=jsonpretty} has. */
final class JsonText {
  private static final int STEP = 3;

  private final StringBuilder out = new StringBuilder();
  private final boolean pretty;

  private JsonText(boolean pretty) {
    this.pretty = pretty;
  }

  static String compact(Node node) {
    return of(node, false);
  }

  static String pretty(Node node) {
    return of(node, true);
  }

  private static String of(Node node, boolean pretty) {
    var text = new JsonText(pretty);
    text.put(node, 0);
    return text.out.toString();
  }

  private void put(Node node, int depth) {
    if (node instanceof Node.Members hash) {
      var all = hash.members().entrySet().iterator();
      all('{', '}', all, depth, member -> {
        string(member.getKey());
        out.append(pretty ? " : " : ":");
        put(member.getValue(), depth + 1);
      });
    } else if (node instanceof Node.Items list) {
      all('[', ']', list.items().iterator(), depth, item -> put(item, depth + 1));
    } else if (node instanceof Node.Text text) {
      string(text.value());
    } else {
      out.append(node.scalar().orElse("null"));
    }
  }

  private <T> void all(
      char open, char close, Iterator<T> items, int depth, java.util.function.Consumer<T> each) {
    out.append(open);
    var any = items.hasNext();
    while (items.hasNext()) {
      line(depth + 1);
      each.accept(items.next());
      if (items.hasNext()) {
        out.append(',');
      }
    }
    if (any) {
      line(depth);
    }
    out.append(close);
  }

  private void line(int depth) {
    if (pretty) {
      out.append('\n').append(" ".repeat(depth * STEP));
    }
  }

  /** What a terminal would obey is escaped, so the text is safe there too. */
  private void string(String value) {
    out.append('"');
    value.codePoints().forEach(point -> {
      switch (point) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (Visible.isHarmless(point)) {
            out.appendCodePoint(point);
          } else {
            out.append(Visible.escape(point));
          }
        }
      }
    });
    out.append('"');
  }
}
