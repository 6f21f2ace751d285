package dev.latchkey.cli;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** One value of YAML on one line: plain where every reader takes it for the same text, else quoted as YAML::Syck does. */
final class YamlScalar {
  private static final Set<String> WORDS = Set.of(
      "",
      "~",
      "=",
      "<<",
      "y",
      "n",
      "yes",
      "no",
      "on",
      "off",
      "true",
      "false",
      "null",
      "nan",
      "inf",
      "infinity");

  /** Numbers of YAML 1.1 and 1.2, also those of base 60, and dates. */
  private static final Pattern OTHER_TYPE = Pattern.compile(
      "[-+]?(?:0[box]?[0-9a-fA-F_]+|[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\\.[0-9_]*)?|\\.[0-9][0-9_]*)"
          + "(?:[eE][-+]?[0-9]+)?|[-+]?\\.(?:[iI]nf|INF|[nN]a[nN]|NAN)"
          + "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?");

  private static final String INDICATORS = "!\"#%&'*,:>@[]^`{|}";

  private YamlScalar() {}

  static String text(String value) {
    if (isOtherType(value)) {
      return "'" + value + "'";
    }
    return isPlain(value) ? value : quoted(value);
  }

  /** Syck quotes keys doubly or not at all. */
  static String key(String value) {
    return !isOtherType(value) && isPlain(value) ? value : quoted(value);
  }

  /** YAML 1.1 knows an exponent only after a point and with a sign. */
  static String number(String digits) {
    var at = digits.toLowerCase(Locale.ROOT).indexOf('e');
    if (at < 0) {
      return digits;
    }
    var mantissa = digits.substring(0, at);
    var exponent = digits.substring(at + 1);
    return mantissa + (mantissa.contains(".") ? "" : ".0") + "e"
        + (Character.isDigit(exponent.charAt(0)) ? "+" : "") + exponent;
  }

  private static boolean isOtherType(String value) {
    return WORDS.contains(value.toLowerCase(Locale.ROOT))
        || OTHER_TYPE.matcher(value).matches();
  }

  private static boolean isPlain(String value) {
    var first = value.charAt(0);
    var last = value.charAt(value.length() - 1);
    return INDICATORS.indexOf(first) < 0
        && !isBlank(first)
        && !isBlank(last)
        && last != ':'
        && !((first == '-' || first == '?') && (value.length() == 1 || isBlank(value.charAt(1))))
        && !value.contains(": ")
        && !value.contains(" #")
        && value.codePoints().allMatch(Visible::isHarmless);
  }

  private static boolean isBlank(char character) {
    return character == ' ' || character == '\t';
  }

  private static String quoted(String value) {
    var text = new StringBuilder(value.length() + 8).append('"');
    value.codePoints().forEach(point -> {
      switch (point) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case 0 -> text.append("\\0");
        case 7 -> text.append("\\a");
        case '\b' -> text.append("\\b");
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case 11 -> text.append("\\v");
        case '\f' -> text.append("\\f");
        case '\r' -> text.append("\\r");
        case 27 -> text.append("\\e");
        default ->
          text.append(Visible.isHarmless(point) ? Character.toString(point) : escape(point));
      }
    });
    return text.append('"').toString();
  }

  private static String escape(int point) {
    if (point <= 0xFF) {
      return String.format("\\x%02X", point);
    }
    return point <= 0xFFFF ? String.format("\\u%04X", point) : String.format("\\U%08X", point);
  }
}
