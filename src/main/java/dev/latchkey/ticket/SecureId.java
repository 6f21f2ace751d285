package dev.latchkey.ticket;

import dev.latchkey.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;

/** A ticket's secret, ten of a-z and 0-9 (WHM API 1, ticket_create_stub_ticket); the store knows its digest alone. */
public final class SecureId {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int LENGTH = 10;

  private final String value;

  private SecureId(String value) {
    this.value = value;
  }

  static SecureId generate(SecureRandom random) {
    var text = new StringBuilder();
    random.ints(LENGTH, 0, ALPHABET.length()).forEach(index -> text.append(ALPHABET.charAt(index)));
    return new SecureId(text.toString());
  }

  static SecureId of(String text) {
    return new SecureId(text);
  }

  /** For the one answer that shows it. */
  String reveal() {
    return value;
  }

  String digest() {
    return Sha256.hex(value);
  }

  /** In a time that says nothing of where they differ. */
  boolean hasDigest(String other) {
    return MessageDigest.isEqual(
        digest().getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return "(secure id)";
  }
}
