package dev.latchkey.access;

/**
 * Who calls: the user, the credential used, and how far both together reach for this call.
 *
 * @param scope the credential's, with no privilege that the user has lost since
 * @param source the address the call came from, as the connection, the gateway or a trusted proxy states it
 * @param secret made of what the caller has shown, which the table does not know
 */
public record Caller(
    User user, Credential credential, Scope scope, String source, CallerSecret secret) {

  static Caller of(User user, Credential credential, String source, CallerSecret secret) {
    return new Caller(
        user, credential, credential.scope().within(user.privileges()), source, secret);
  }

  public boolean holds(Privilege privilege) {
    return scope.privileges().grants(privilege);
  }

  /** Whether it may act on what belongs to {@code owner}: its own, or with {@code all} anybody's. */
  public boolean reaches(String owner) {
    return user.name().equals(owner) || holds(Privilege.ALL);
  }
}
