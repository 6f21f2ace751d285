package dev.latchkey.api;

import java.util.random.RandomGenerator;

/**
 * The six characters that tie a refusal to its line in the log, in the form of WHM's: lower-case consonants and the
 * digits 2 to 9 ("API failure: (XID 3y67mz) …").
 */
public record Xid(String value) {
  private static final String ALPHABET = "bcdfghjkmnpqrstvwxyz23456789";
  private static final int LENGTH = 6;

  public static Xid next(RandomGenerator random) {
    var value = new StringBuilder(LENGTH);
    for (var i = 0; i < LENGTH; i++) {
      value.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return new Xid(value.toString());
  }

  public String prefix() {
    return "API failure: (XID " + value + ") ";
  }

  @Override
  public String toString() {
    return value;
  }
}
