package dev.latchkey.text;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4), which every Java platform has. */
public final class Sha256 {
  private static final int BLOCK = 64;
  private static final int LENGTH = 32;

  private Sha256() {}

  /** The 32 bytes of the digest. */
  public static byte[] of(byte[] bytes) {
    return digest().digest(bytes);
  }

  /** For what is not in memory as a whole. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** In 64 hexadecimal digits, lower case. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(of(bytes));
  }

  /** HMAC-SHA-256 (RFC 2104) with a key of at most 64 bytes. */
  public static byte[] keyed(byte[] key, byte[] message) {
    var inner = Arrays.copyOf(pad(key, 0x36), BLOCK + message.length);
    System.arraycopy(message, 0, inner, BLOCK, message.length);
    var outer = Arrays.copyOf(pad(key, 0x5c), BLOCK + LENGTH);
    System.arraycopy(of(inner), 0, outer, BLOCK, LENGTH);
    return of(outer);
  }

  private static byte[] pad(byte[] key, int with) {
    if (key.length > BLOCK) {
      throw new IllegalArgumentException("a key of more than a block must be digested first");
    }
    var block = Arrays.copyOf(key, BLOCK);
    for (var i = 0; i < BLOCK; i++) {
      block[i] ^= (byte) with;
    }
    return block;
  }

  /** Of the text in UTF-8. */
  public static String hex(String text) {
    return hex(text.getBytes(StandardCharsets.UTF_8));
  }
}
