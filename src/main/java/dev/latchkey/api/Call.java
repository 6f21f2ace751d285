package dev.latchkey.api;

import dev.latchkey.access.Caller;
import dev.latchkey.audit.AuditEntry;
import java.time.Instant;

/**
 * One admitted call of a function.
 *
 * @param at when it arrived; what the function does happens at that time
 * @param request the id that the answer's header has; a batch's commands have it with their number behind
 */
public record Call(
    Declaration function, Arguments arguments, Caller caller, Instant at, String request) {

  /** The audit entry for a change that this call makes. */
  public AuditEntry audit(String what) {
    return new AuditEntry(
        caller.user().name(),
        caller.credential().name(),
        function.name(),
        what,
        caller.source(),
        at,
        request);
  }

  /** The {@code number}th command of this batch, from 0. */
  Call command(int number, Declaration of, Arguments with) {
    return new Call(of, with, caller, at, request + "." + number);
  }
}
