package dev.latchkey.change;

import dev.latchkey.access.Caller;
import dev.latchkey.api.Call;
import dev.latchkey.api.Stamp;
import dev.latchkey.audit.AuditEntry;
import dev.latchkey.text.TokenText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who makes a change: a call, or an internal function by its name.
 *
 * @param caller empty for an internal function
 * @param function the WHM function that was called, or the internal function's name
 * @param request the request id, which makes the audit entry unique
 * @param steps what of the call this is, as {@link Stamp} has it; empty for an internal function
 */
public record Author(
    Optional<Caller> caller, String function, Instant at, String request, List<String> steps) {

  public static Author of(Call call) {
    return new Author(
        Optional.of(call.caller()),
        call.function().name(),
        call.at(),
        call.request(),
        List.of(Stamp.WHOLE));
  }

  public static Author internal(String function, Instant at, String request) {
    return new Author(Optional.empty(), function, at, request, List.of());
  }

  /** The author of a second change that the same call makes. */
  public Author again() {
    return about("", List.of(Stamp.AGAIN));
  }

  /** The author of one of several changes that the same call makes, each about another thing. */
  public Author about(String thing) {
    return about(thing, List.of(thing));
  }

  /** The same about several things, which are steps of their own. */
  public Author about(String label, List<String> things) {
    return new Author(
        caller, function, at, request + "+" + label, steps.isEmpty() ? steps : List.copyOf(things));
  }

  /** The author of what each call does that there is to do, with the key of another one or not. */
  public Author ofEachCall() {
    return new Author(caller, function, at, request, List.of());
  }

  AuditEntry entry(String owner, String sentence) {
    return new AuditEntry(
        owner,
        caller.map(by -> by.credential().name()).orElse(""),
        caller.map(by -> by.credential().id()).orElse(""),
        function,
        TokenText.hide(byAnother(owner)
            .map(by -> "by " + by + ": " + told(sentence))
            .orElseGet(() -> told(sentence))),
        caller.map(Caller::source).orElse(""),
        at,
        request);
  }

  private String told(String sentence) {
    return caller.map(by -> by.told(sentence)).orElse(sentence);
  }

  /** Who made the change, where it is somebody else than its owner; and as whom, in a session that root opened. */
  private Optional<String> byAnother(String owner) {
    return caller
        .filter(by -> by.isPossessed() || !by.user().name().equals(owner))
        .map(by -> by.isPossessed()
            ? by.opener().name() + " as " + by.user().name()
            : by.user().name());
  }
}
