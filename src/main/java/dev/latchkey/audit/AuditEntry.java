package dev.latchkey.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One accepted change: who made it, with what, to what, from where; or several calls of an hour that had no effect. Never a
 * secret.
 *
 * @param user whose account was changed
 * @param credential the name of the token used; empty for a change that the deployment itself made
 * @param credentialId that token's lasting id, whatever its name is by now; empty where there is none, and in entries of an
 *     earlier release
 * @param function the WHM function that was called
 * @param what the change, in a line: {@code token “ci” acl=list-accts expires_at=0 whitelist_ip=any}
 * @param source the address the call came from
 * @param request the request id that the answer's header has
 * @param several what it is where it is of several calls; empty for a change
 * @param readable whether it is as it was written, as far as can be seen; of any other only user, time and request are known
 */
public record AuditEntry(
    String user,
    String credential,
    String credentialId,
    String function,
    String what,
    String source,
    Instant at,
    String request,
    Optional<Several> several,
    boolean readable) {
  /**
   * Calls of one hour that had no effect.
   *
   * @param requests the ids of some of them
   */
  public record Several(Occurrence.Kind kind, long calls, List<String> requests) {}

  /** In place of one that is not as it was written: what its place says, and no more. */
  static AuditEntry unreadable(String user, Instant at, String request) {
    return new AuditEntry(
        user,
        "",
        "",
        "",
        "This entry is not as it was written and cannot be shown; audit_verify says what is wrong there.",
        "",
        at,
        request,
        Optional.empty(),
        false);
  }

  AuditEntry(
      String user,
      String credential,
      String credentialId,
      String function,
      String what,
      String source,
      Instant at,
      String request,
      Optional<Several> several) {
    this(user, credential, credentialId, function, what, source, at, request, several, true);
  }

  public AuditEntry(
      String user,
      String credential,
      String credentialId,
      String function,
      String what,
      String source,
      Instant at,
      String request) {
    this(user, credential, credentialId, function, what, source, at, request, Optional.empty());
  }
}
