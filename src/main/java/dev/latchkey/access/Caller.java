package dev.latchkey.access;

import java.util.Optional;

/**
 * Who calls: the user, the credential used, and how far both together reach for this call.
 *
 * @param user as whom the call acts
 * @param opener whose token the credential is: the same, but for a session that root opened as somebody else
 * @param credential the token, also that which opened the session
 * @param scope the credential's, with no privilege that either user has lost since
 * @param source the address the call came from, as the connection, the gateway or a trusted proxy states it
 * @param secret made of what the caller has shown, which the table does not know
 * @param session by which the call came, if it did by one
 * @param door through which it came, if not as a call of WHM's API: {@code MCP}
 */
public record Caller(
    User user,
    User opener,
    Credential credential,
    Scope scope,
    String source,
    CallerSecret secret,
    Optional<Session> session,
    Optional<String> door) {

  static Caller of(User user, Credential credential, String source, CallerSecret secret) {
    var scope = credential.scope().within(user.privileges());
    return new Caller(
        user, user, credential, scope, source, secret, Optional.empty(), Optional.empty());
  }

  /** By the same token, but as {@code other}, and with no more privileges than {@code held}. */
  Caller as(User other, Privileges held) {
    var within = scope.within(held).within(other.privileges());
    return new Caller(other, opener, credential, within, source, secret, session, door);
  }

  Caller by(Session of) {
    return new Caller(user, opener, credential, scope, source, secret, Optional.of(of), door);
  }

  /** The same through a door. */
  public Caller through(String named) {
    return new Caller(user, opener, credential, scope, source, secret, session, Optional.of(named));
  }

  /** A sentence for the audit on what it did, or tried. */
  public String told(String sentence) {
    return door.map(named -> "through " + named + ": " + sentence).orElse(sentence);
  }

  /** Whether it acts as somebody else than whose token it has. */
  public boolean isPossessed() {
    return !user.name().equals(opener.name());
  }

  public boolean holds(Privilege privilege) {
    return scope.privileges().grants(privilege);
  }

  /** Whether it may act on what belongs to {@code owner}: its own, or with {@code all} anybody's. */
  public boolean reaches(String owner) {
    return user.name().equals(owner) || holds(Privilege.ALL);
  }
}
