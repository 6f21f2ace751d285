package dev.latchkey.data;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Writes a tree as WHM's XML: a key is an element, an array repeats its key's element without a wrapper, an empty array
 * is nothing at all, null is {@code null="true"} (WHM API 1, "Return Data").
 *
 * <p>WHM writes keys that are not XML names as they are and warns that the result is not XML; here such a key becomes
 * {@code <item name="…">}, so that every answer parses.
 */
final class Xml {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
  private static final String LOGIN_FORM_MARK = "tfa_login_form";
  private static final String LOGIN_FORM_ESCAPED = "tfa_login&#95;form";

  private final StringBuilder out = new StringBuilder("<?xml version=\"1.0\" ?>\n");

  private Xml() {}

  static byte[] write(String root, Data.Hash tree) {
    var xml = new Xml();
    xml.element(root, tree);
    return xml.out.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private void element(String key, Data value) {
    if (value instanceof Data.Sequence sequence) {
      sequence.items().forEach(item -> element(key, item));
      return;
    }
    // See Json.LOGIN_FORM_MARK: an element's name cannot be escaped, an attribute's value can.
    var named = NAME.matcher(key).matches() && !key.contains(LOGIN_FORM_MARK);
    var name = named ? key : "item";
    out.append('<').append(name);
    if (!named) {
      out.append(" name=\"").append(escape(key)).append('"');
    }
    if (value instanceof Data.Null) {
      out.append(" null=\"true\"/>");
    } else if (value instanceof Data.Hash hash && hash.entries().isEmpty()) {
      out.append("/>");
    } else {
      out.append('>');
      content(value);
      out.append("</").append(name).append('>');
    }
  }

  private void content(Data value) {
    if (value instanceof Data.Hash hash) {
      hash.entries().forEach(this::element);
    } else if (value instanceof Data.Number number) {
      out.append(number.value());
    } else if (value instanceof Data.Text text) {
      out.append(escape(text.value()));
    }
  }

  /** Characters that XML 1.0 section 2.2 has no place for become U+FFFD; a bare CR would be read as LF. */
  private static String escape(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(c -> {
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\t', '\n', '\r' -> escaped.append("&#").append(c).append(';');
        default -> escaped.appendCodePoint(isXmlChar(c) ? c : 0xFFFD);
      }
    });
    return escaped.toString().replace(LOGIN_FORM_MARK, LOGIN_FORM_ESCAPED);
  }

  private static boolean isXmlChar(int c) {
    return c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000;
  }
}
