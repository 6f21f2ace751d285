package dev.latchkey.cli;

/**
 * Text of a server as a terminal may show it: what would move the cursor, change colors, or turn the direction of writing is
 * shown as its number, {@code \u001b}.
 */
final class Visible {
  private static final int LAST_OF_BMP = 0xFFFF;

  private Visible() {}

  static boolean isHarmless(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED,
          Character.PRIVATE_USE -> false;
      default -> true;
    };
  }

  /** On one line. */
  static String line(String text) {
    return of(text, false);
  }

  /** With its line breaks and tabs. */
  static String lines(String text) {
    return of(text, true);
  }

  private static String of(String text, boolean breaks) {
    if (text.codePoints().allMatch(Visible::isHarmless)) {
      return text;
    }
    var shown = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(point -> {
      if (isHarmless(point) || breaks && (point == '\n' || point == '\t')) {
        shown.appendCodePoint(point);
      } else {
        shown.append(escape(point));
      }
    });
    return shown.toString();
  }

  /** In the notation of JSON. */
  static String escape(int point) {
    if (point <= LAST_OF_BMP) {
      return String.format("\\u%04x", point);
    }
    return escape(Character.highSurrogate(point)) + escape(Character.lowSurrogate(point));
  }
}
