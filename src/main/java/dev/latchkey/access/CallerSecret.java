package dev.latchkey.access;

import dev.latchkey.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A key that is made of the secret which a caller has shown. The table has no such secret, so whoever reads it can neither
 * compute digests by this key nor guess of what they are. It cannot print itself.
 *
 * @param hex the key
 */
public record CallerSecret(String hex) {
  private static final String PURPOSE = "latchkey: keys and arguments of calls";

  /** 128 bits, of which no two calls of a day are alike by chance. */
  private static final int DIGEST_BYTES = 16;

  /** @param shown the secret; a token's has 134 random bits */
  public static CallerSecret of(String shown) {
    return new CallerSecret(HexFormat.of().formatHex(Sha256.keyed(bytes(shown), bytes(PURPOSE))));
  }

  /** A digest of all of them, in their order; none of them can run over into the next. */
  public String digest(List<String> texts) {
    var message = new StringBuilder();
    texts.forEach(text -> message.append(text.length()).append(':').append(text));
    var digest = Sha256.keyed(HexFormat.of().parseHex(hex), bytes(message.toString()));
    return HexFormat.of().formatHex(Arrays.copyOf(digest, DIGEST_BYTES));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "[secret]";
  }
}
