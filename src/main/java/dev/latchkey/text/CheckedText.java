package dev.latchkey.text;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The form of a secret: random characters and a checksum of six more (CRC-32 mod 36⁶), by which it is told from other text
 * wherever somebody put it.
 */
final class CheckedText {
  private static final int CHECKSUM = 6;
  private static final long CHECKSUMS = 2_176_782_336L; // 36⁶

  private final int random;
  private final int length;
  private final Pattern run;
  private final String hidden;

  /**
   * @param letter a pattern of one of its characters
   * @param random how many are before the checksum
   * @param hidden what stands for it
   */
  CheckedText(String letter, int random, String hidden) {
    this.random = random;
    this.length = random + CHECKSUM;
    this.run = Pattern.compile(letter + "{" + length + ",}");
    this.hidden = hidden;
  }

  /** Whether the whole text is one. */
  boolean isWhole(String text) {
    return text.length() == length && run.matcher(text).matches() && hasChecksum(text);
  }

  /** The text with every one in it replaced by a word. */
  String hide(String text) {
    return text.length() < length
        ? text
        : run.matcher(text).replaceAll(found -> hideIn(found.group()));
  }

  /** More characters than it has may be one with something before or after it. */
  private String hideIn(String letters) {
    var shown = new StringBuilder();
    var from = 0;
    for (var at = 0; at + length <= letters.length(); at++) {
      if (at >= from && hasChecksum(letters.substring(at, at + length))) {
        shown.append(letters, from, at).append(hidden);
        from = at + length;
      }
    }
    return shown.append(letters.substring(from)).toString();
  }

  private boolean hasChecksum(String text) {
    return text.endsWith(checksum(text.substring(0, random)));
  }

  static String checksum(CharSequence random) {
    var crc = new CRC32();
    crc.update(random.toString().getBytes(StandardCharsets.US_ASCII));
    var digits = Long.toString(crc.getValue() % CHECKSUMS, 36).toUpperCase(Locale.ROOT);
    return "0".repeat(CHECKSUM - digits.length()) + digits;
  }
}
