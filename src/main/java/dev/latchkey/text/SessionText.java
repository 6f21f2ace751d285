package dev.latchkey.text;

/**
 * The form of a session's secret: 58 random characters of {@code [A-Za-z0-9_]} (346 bits) and a checksum of six more, in
 * all the 64 that WHM's sessions have. By the checksum it is refused without a read, and neither repeated nor logged.
 */
public final class SessionText {
  public static final String ALPHABET = TokenText.ALPHABET + "_abcdefghijklmnopqrstuvwxyz";
  public static final int RANDOM = 58;

  private static final CheckedText FORM = new CheckedText("[A-Za-z0-9_]", RANDOM, "[a session]");

  private SessionText() {}

  /** Whether the whole text is one. */
  public static boolean isSecret(String text) {
    return FORM.isWhole(text);
  }

  static String hide(String text) {
    return FORM.hide(text);
  }

  /** @param random the first {@value #RANDOM} characters */
  public static String checksum(CharSequence random) {
    return CheckedText.checksum(random);
  }
}
