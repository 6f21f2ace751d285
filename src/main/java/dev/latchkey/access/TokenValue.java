package dev.latchkey.access;

import dev.latchkey.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The secret of an API token: 32 characters of {@code [A-Z0-9]}, 26 of them random (134 bits), the last six a checksum
 * (CRC-32 mod 36⁶), so that garbage is told from a token without asking the store. It cannot print itself.
 */
public final class TokenValue {
  private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final Pattern FORM = Pattern.compile("[A-Z0-9]{32}");
  private static final int RANDOM = 26;
  private static final int CHECKSUM = 6;
  private static final long CHECKSUMS = 2_176_782_336L; // 36⁶

  private final String value;

  private TokenValue(String value) {
    this.value = value;
  }

  /** @param random a cryptographically strong source */
  public static TokenValue generate(RandomGenerator random) {
    var value = new StringBuilder(RANDOM + CHECKSUM);
    for (var i = 0; i < RANDOM; i++) {
      value.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return new TokenValue(value.append(checksum(value)).toString());
  }

  /** Empty when the text is not the value of a token: it has another form or another checksum. */
  public static Optional<TokenValue> parse(String text) {
    return FORM.matcher(text).matches() && text.endsWith(checksum(text.substring(0, RANDOM)))
        ? Optional.of(new TokenValue(text))
        : Optional.empty();
  }

  /** The secret itself, for the one answer that shows it. */
  public String reveal() {
    return value;
  }

  /** What the store knows instead of the secret: its SHA-256 in hexadecimal. With 134 random bits it needs no salt. */
  public String digest() {
    return Sha256.hex(value);
  }

  private static String checksum(CharSequence random) {
    var crc = new CRC32();
    crc.update(random.toString().getBytes(StandardCharsets.US_ASCII));
    var digits =
        Long.toString(crc.getValue() % CHECKSUMS, ALPHABET.length()).toUpperCase(Locale.ROOT);
    return "0".repeat(CHECKSUM - digits.length()) + digits;
  }

  @Override
  public String toString() {
    return "[secret]";
  }
}
