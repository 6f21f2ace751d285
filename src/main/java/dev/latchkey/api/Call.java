package dev.latchkey.api;

import dev.latchkey.access.Caller;
import dev.latchkey.data.Format;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One admitted call of a function.
 *
 * @param at when it arrived; what the function does happens at that time
 * @param origin where the client called us, {@code https://NAME} or {@code https://NAME:PORT}; empty when it named no host
 * @param format of the answer
 * @param request the id that the answer's header has; a batch's commands have it followed by their number
 * @param key the header {@code Idempotency-Key}; {@link IdempotencyKey#of} reads it
 * @param first what is known of the call whose repeat this is; empty for any other
 */
public record Call(
    Declaration function,
    Arguments arguments,
    Caller caller,
    Optional<String> origin,
    Format format,
    Instant at,
    String request,
    Optional<String> key,
    Optional<Stamp> first) {
  private static final Pattern NOT_HOST = Pattern.compile("^[a-z]+://|:[0-9]*$");

  public Call(
      Declaration function,
      Arguments arguments,
      Caller caller,
      Optional<String> origin,
      Format format,
      Instant at,
      String request) {
    this(
        function,
        arguments,
        caller,
        origin,
        format,
        at,
        request,
        Optional.empty(),
        Optional.empty());
  }

  /** The name that the client called us by, without a port; empty when it named none. */
  public Optional<String> host() {
    return origin.map(named -> NOT_HOST.matcher(named).replaceAll(""));
  }

  /** The {@code number}th command of this batch, from 0. */
  public Call command(int number, Declaration of, Arguments with) {
    return new Call(of, with, caller, origin, format, at, request + "." + number)
        .keyed(key.filter(none -> with.last(IdempotencyKey.PARAMETER.name()).isEmpty())
            .map(header -> IdempotencyKey.ofCommand(header, number)));
  }

  /** The same with a header as it came. */
  public Call keyed(Optional<String> header) {
    return new Call(function, arguments, caller, origin, format, at, request, header, first);
  }

  /** The same as a repeat of another one. */
  public Call repeating(Stamp another) {
    return new Call(
        function, arguments, caller, origin, format, at, request, key, Optional.of(another));
  }

  /** When it began: for a repeat, when the first call arrived. */
  public Instant begun() {
    return first.map(Stamp::at).orElse(at);
  }

  /** Whether it is a repeat of a call that has done this already. */
  public boolean isDone(String step) {
    return first.filter(stamp -> stamp.did(step)).isPresent();
  }
}
