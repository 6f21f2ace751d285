package dev.latchkey.hulk;

/** The comment of an entry, on one line. */
record HulkComment(String text) {
  private static final int MOST = 100;

  /** By this comment the entries are known that grants need; they end with the grants. */
  private static final String OF_GRANTS = "latchkey";

  /** @throws IllegalArgumentException that says what would be right */
  static HulkComment parse(String text) {
    if (text.codePointCount(0, text.length()) > MOST) {
      throw new IllegalArgumentException("is longer than " + MOST + " characters.");
    }
    if (!text.codePoints().allMatch(HulkComment::isPrintable)) {
      throw new IllegalArgumentException(
          "has a character that cannot be shown, such as a line break; leave it out.");
    }
    if (text.equals(OF_GRANTS)) {
      throw new IllegalArgumentException(
          "“" + OF_GRANTS + "” is the comment of entries that end with a grant; give another.");
    }
    return new HulkComment(text);
  }

  private static boolean isPrintable(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED -> false;
      case Character.SPACE_SEPARATOR -> character == ' ';
      default -> true;
    };
  }
}
