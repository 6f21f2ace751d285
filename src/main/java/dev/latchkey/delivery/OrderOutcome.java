package dev.latchkey.delivery;

import dev.latchkey.server.Observation;
import java.util.Optional;

/**
 * What is known of an order after it was sent and waited for. The status of Systems Manager alone proves nothing; see
 * {@code docs/architecture.md}.
 */
public sealed interface OrderOutcome {
  /** The server's complete statement about this order's generation, whether all went well or not. */
  record Stated(Observation observation) implements OrderOutcome {}

  /** Another order was carried out before this one, of a later generation or of the same with another wanted state. */
  record Stale(Observation observation) implements OrderOutcome {}

  /** The same, and it is one that nobody here knows of and that is not followed. */
  record Ahead(Observation observation) implements OrderOutcome {}

  /** The server said why it did nothing at all. */
  record Declined(Observation observation) implements OrderOutcome {}

  /** Nothing that can be read: it may have been done, now or later. */
  record Unknown(String why) implements OrderOutcome {}

  /** Systems Manager had too many requests to take it; a try before may have been taken. It is sent again. */
  record Throttled() implements OrderOutcome {}

  /** It was sent and has not ended; {@link Dispatch#await} tells later what became of it. */
  record Running(String command) implements OrderOutcome {}

  /** Systems Manager cannot reach this node or may not: somebody must look. */
  record Unreachable(String why) implements OrderOutcome {}

  default Optional<Observation> statement() {
    return this instanceof Stated stated ? Optional.of(stated.observation()) : Optional.empty();
  }
}
