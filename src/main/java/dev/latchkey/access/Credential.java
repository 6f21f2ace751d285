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

  public boolean expiredAt(Instant now) {
    return scope.expiresAt().filter(end -> !end.isAfter(now)).isPresent();
  }
}
