package dev.latchkey.api;

import dev.latchkey.access.Caller;
import dev.latchkey.data.Format;
import java.time.Instant;
import java.util.Optional;

/**
 * One admitted call of a function.
 *
 * @param at when it arrived; what the function does happens at that time
 * @param host the name that the client called us by, without a port; empty when it named none
 * @param format of the answer
 * @param request the id that the answer's header has; a batch's commands have it followed by their number
 */
public record Call(
    Declaration function,
    Arguments arguments,
    Caller caller,
    Optional<String> host,
    Format format,
    Instant at,
    String request) {

  /** The {@code number}th command of this batch, from 0. */
  public Call command(int number, Declaration of, Arguments with) {
    return new Call(of, with, caller, host, format, at, request + "." + number);
  }
}
