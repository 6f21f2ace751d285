package dev.latchkey.text;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The form of an API token's value: 26 characters of {@code [A-Z0-9]} and a checksum of six more (CRC-32 mod 36⁶). By it a
 * token is told from other text wherever somebody put one, such as into a name, and is neither repeated nor logged.
 */
public final class TokenText {
  public static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  public static final int RANDOM = 26;

  private static final int CHECKSUM = 6;
  private static final int LENGTH = RANDOM + CHECKSUM;
  private static final Pattern RUN = Pattern.compile("[A-Z0-9]{" + LENGTH + ",}");
  private static final long CHECKSUMS = 2_176_782_336L; // 36⁶
  private static final String HIDDEN = "[a token]";

  private TokenText() {}

  /** Whether the whole text is one. */
  public static boolean isToken(String text) {
    return text.length() == LENGTH && RUN.matcher(text).matches() && hasChecksum(text);
  }

  /** The text with every token in it replaced by a word. */
  public static String hide(String text) {
    return text.length() < LENGTH ? text : RUN.matcher(text).replaceAll(run -> hideIn(run.group()));
  }

  /** More characters than a token has may be one with something before or after it. */
  private static String hideIn(String run) {
    var shown = new StringBuilder();
    var from = 0;
    for (var at = 0; at + LENGTH <= run.length(); at++) {
      if (at >= from && hasChecksum(run.substring(at, at + LENGTH))) {
        shown.append(run, from, at).append(HIDDEN);
        from = at + LENGTH;
      }
    }
    return shown.append(run.substring(from)).toString();
  }

  private static boolean hasChecksum(String token) {
    return token.endsWith(checksum(token.substring(0, RANDOM)));
  }

  /** @param random the first {@value #RANDOM} characters */
  public static String checksum(CharSequence random) {
    var crc = new CRC32();
    crc.update(random.toString().getBytes(StandardCharsets.US_ASCII));
    var digits =
        Long.toString(crc.getValue() % CHECKSUMS, ALPHABET.length()).toUpperCase(Locale.ROOT);
    return "0".repeat(CHECKSUM - digits.length()) + digits;
  }
}
