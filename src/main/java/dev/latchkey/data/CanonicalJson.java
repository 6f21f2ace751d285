package dev.latchkey.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The one way in which a tree is written where its bytes are hashed: members in the order of their names, no blanks, and no
 * escape that need not be. It is what Python writes with {@code json.dumps(tree, sort_keys=True, separators=(",", ":"),
 * ensure_ascii=False)}.
 */
public final class CanonicalJson {
  /** As Python compares: by UTF-16, what is above U+FFFF would come before U+E000 to U+FFFF. */
  private static final Comparator<String> BY_CODE_POINTS =
      Comparator.comparing(name -> name.codePoints().toArray(), Arrays::compare);

  private CanonicalJson() {}

  public static String write(Data tree) {
    var text = new StringBuilder();
    write(tree, text);
    return text.toString();
  }

  private static void write(Data tree, StringBuilder out) {
    if (tree instanceof Data.Text text) {
      write(text.value(), out);
    } else if (tree instanceof Data.Number number) {
      out.append(number.value());
    } else if (tree instanceof Data.Sequence sequence) {
      var items = new ArrayList<String>();
      sequence.items().forEach(item -> items.add(write(item)));
      out.append('[').append(String.join(",", items)).append(']');
    } else if (tree instanceof Data.Hash hash) {
      var members = new ArrayList<String>();
      hash.entries().keySet().stream()
          .sorted(BY_CODE_POINTS)
          .forEach(name ->
              members.add(write(Data.text(name)) + ":" + write(hash.get(name).orElseThrow())));
      out.append('{').append(String.join(",", members)).append('}');
    } else {
      out.append("null");
    }
  }

  private static void write(String text, StringBuilder out) {
    out.append('"');
    for (var i = 0; i < text.length(); i++) {
      var letter = text.charAt(i);
      switch (letter) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (letter < ' ') {
            out.append("\\u%04x".formatted((int) letter));
          } else {
            out.append(letter);
          }
        }
      }
    }
    out.append('"');
  }
}
