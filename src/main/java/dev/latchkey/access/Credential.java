package dev.latchkey.access;

import java.time.Instant;

/**
 * An API token as the store knows it: a digest, never the secret.
 *
 * @param digest SHA-256 of the secret in hexadecimal
 * @param name the token's name, unique among its user's
 * @param revision changes with every change of the token, so that a condition can tell whether it is still the one seen
 */
public record Credential(
    String user, String digest, String name, Scope scope, Instant createdAt, String revision) {
  private static final int ID_DIGITS = 16;

  /** What names it in logs and audit entries as long as it lives, whatever its name is: 16 digits of the digest. */
  public String id() {
    return id(digest);
  }

  static String id(String digest) {
    return digest.substring(0, ID_DIGITS);
  }

  public boolean expiredAt(Instant now) {
    return scope.expiresAt().filter(end -> !end.isAfter(now)).isPresent();
  }
}
