package dev.latchkey.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** Public keys that are well formed, and whose private halves nobody has. */
public final class Keys {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Keys() {}

  /** A new one each time, without a comment. */
  public static String ed25519() {
    var point = new byte[32];
    RANDOM.nextBytes(point);
    return line("ssh-ed25519", point);
  }

  public static String rsa(int bits) {
    var modulus = new byte[bits / 8 + 1];
    RANDOM.nextBytes(modulus);
    modulus[0] = 0;
    modulus[1] |= (byte) 0x80;
    modulus[bits / 8] |= 1;
    return line("ssh-rsa", new byte[] {1, 0, 1}, modulus);
  }

  /** Of any type, with these parts after the type's name (RFC 4253 section 6.6). */
  public static String line(String type, byte[]... parts) {
    var blob = ByteBuffer.allocate(4096);
    put(blob, type.getBytes(StandardCharsets.US_ASCII));
    for (var part : parts) {
      put(blob, part);
    }
    var bytes = new byte[blob.position()];
    blob.flip().get(bytes);
    return type + " " + Base64.getEncoder().encodeToString(bytes);
  }

  private static void put(ByteBuffer to, byte[] bytes) {
    to.putInt(bytes.length).put(bytes);
  }
}
