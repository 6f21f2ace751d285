package dev.latchkey.text;

/**
 * The form of an API token's value: 26 characters of {@code [A-Z0-9]} and a checksum of six more (CRC-32 mod 36⁶). By it a
 * token is told from other text wherever somebody put one, such as into a name, and is neither repeated nor logged.
 */
public final class TokenText {
  public static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  public static final int RANDOM = 26;

  private static final CheckedText FORM = new CheckedText("[A-Z0-9]", RANDOM, "[a token]");

  private TokenText() {}

  /** Whether the whole text is one. */
  public static boolean isToken(String text) {
    return FORM.isWhole(text);
  }

  /** The text with every token in it, and every session's secret, replaced by a word. */
  public static String hide(String text) {
    return FORM.hide(SessionText.hide(text));
  }

  /** @param random the first {@value #RANDOM} characters */
  public static String checksum(CharSequence random) {
    return CheckedText.checksum(random);
  }
}
