package dev.latchkey.access;

import dev.latchkey.text.Sha256;
import dev.latchkey.text.TokenText;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The secret of an API token: 32 characters of {@code [A-Z0-9]}, 26 of them random (134 bits), the last six a checksum (see
 * {@link TokenText}), so that garbage is told from a token without asking the store. It cannot print itself.
 */
public final class TokenValue {
  private final String value;

  private TokenValue(String value) {
    this.value = value;
  }

  /** @param random a cryptographically strong source */
  public static TokenValue generate(RandomGenerator random) {
    var value = new StringBuilder();
    for (var i = 0; i < TokenText.RANDOM; i++) {
      value.append(TokenText.ALPHABET.charAt(random.nextInt(TokenText.ALPHABET.length())));
    }
    return new TokenValue(value.append(TokenText.checksum(value)).toString());
  }

  /** Empty when the text is not the value of a token: it has another form or another checksum. */
  public static Optional<TokenValue> parse(String text) {
    return TokenText.isToken(text) ? Optional.of(new TokenValue(text)) : Optional.empty();
  }

  /** The secret itself, for the one answer that shows it. */
  public String reveal() {
    return value;
  }

  /** What the store knows instead of the secret: its SHA-256 in hexadecimal. With 134 random bits it needs no salt. */
  public String digest() {
    return Sha256.hex(value);
  }

  /** What its calls are told apart by where the table must not tell what they said. */
  public CallerSecret callerSecret() {
    return CallerSecret.of(value);
  }

  @Override
  public String toString() {
    return "[secret]";
  }
}
