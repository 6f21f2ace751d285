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
    String user,
    String digest,
    String name,
    Scope scope,
    Instant createdAt,
    String revision,
    Succession succession) {
  private static final int ID_DIGITS = 16;

  /** A token that takes no other's place. */
  public Credential(
      String user, String digest, String name, Scope scope, Instant createdAt, String revision) {
    this(user, digest, name, scope, createdAt, revision, Succession.first(digest));
  }

  /** The same token, changed. */
  public Credential changed(String newName, Scope newScope, String newRevision) {
    return new Credential(user, digest, newName, newScope, createdAt, newRevision, succession);
  }

  /** What a token has that takes its place. */
  public Succession successors() {
    return succession.next(this);
  }

  /** From when on its calls are known, those of the tokens whose place it took included. */
  public Instant begunAt() {
    var predecessors = succession.predecessors();
    return predecessors.isEmpty() ? createdAt : predecessors.get(0).createdAt();
  }

  /** The same token, with another in its place. */
  public Credential succeededBy(Credential other) {
    return new Credential(
        user, digest, name, scope, createdAt, revision, succession.succeededBy(other));
  }

  /** What names it in logs and audit entries as long as it lives, whatever its name is: 16 digits of the digest. */
  public String id() {
    return id(digest);
  }

  public KnownToken known() {
    return new KnownToken(user, id(), name);
  }

  static String id(String digest) {
    return digest.substring(0, ID_DIGITS);
  }

  public boolean expiredAt(Instant now) {
    return scope.expiresAt().filter(end -> !end.isAfter(now)).isPresent();
  }
}
