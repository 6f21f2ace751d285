package dev.latchkey.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Sha256Test {
  /** RFC 4231, test cases 1 and 2. */
  @Test
  void aKeyedDigestIsHmac() {
    var key = new byte[20];
    Arrays.fill(key, (byte) 0x0b);
    assertThat(keyed(key, "Hi There"))
        .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assertThat(keyed("Jefe".getBytes(StandardCharsets.UTF_8), "what do ya want for nothing?"))
        .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  private static String keyed(byte[] key, String message) {
    return HexFormat.of().formatHex(Sha256.keyed(key, message.getBytes(StandardCharsets.UTF_8)));
  }
}
