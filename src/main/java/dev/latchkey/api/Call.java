package dev.latchkey.api;

import dev.latchkey.access.Caller;
import dev.latchkey.audit.AuditEntry;
import java.time.Instant;
import java.util.Optional;

/**
 * One admitted call of a function.
 *
 * @param at when it arrived; what the function does happens at that time
 * @param host the name that the client called us by, without a port; empty when it named none
 * @param request the id that the answer's header has; a batch's commands have it with their number behind
 */
public record Call(
    Declaration function,
    Arguments arguments,
    Caller caller,
    Optional<String> host,
    Instant at,
    String request) {

  /** The audit entry for a change that this call makes. */
  public AuditEntry audit(String what) {
    return audit(caller.user().name(), what);
  }

  /** The audit entry for a change of what {@code owner} has; it says who made it where that is another. */
  public AuditEntry auditOf(String owner, String what) {
    var by = caller.user().name();
    return audit(owner, by.equals(owner) ? what : "by " + by + ": " + what);
  }

  private AuditEntry audit(String user, String what) {
    return new AuditEntry(
        user, caller.credential().name(), function.name(), what, caller.source(), at, request);
  }

  /** The {@code number}th command of this batch, from 0. */
  public Call command(int number, Declaration of, Arguments with) {
    return new Call(of, with, caller, host, at, request + "." + number);
  }
}
