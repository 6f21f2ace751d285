package dev.latchkey.delivery;

import dev.latchkey.api.Field;
import dev.latchkey.delivery.OrderOutcome.Ahead;
import dev.latchkey.delivery.OrderOutcome.Declined;
import dev.latchkey.delivery.OrderOutcome.Stated;
import dev.latchkey.delivery.OrderOutcome.Unreachable;
import dev.latchkey.server.Observation;
import java.util.Optional;

/** What a proof that a server did not give yet waits for, as data: nobody has to read it out of a sentence. */
public final class WaitsFor {
  public static final Field FIELD = Field.text(
          "waits_for",
          "What the proof waits for (an extension): “server” if the server has only not answered or not ended yet, so that the same call again can prove it by itself; “person” if somebody has to look at what the reason says. Left out if it is proven.")
      .optional();

  private static final String SERVER = "server";
  private static final String PERSON = "person";

  private WaitsFor() {}

  /** @param ends whether what the server states of the access itself ends without anybody; empty if it states nothing */
  public static String of(OrderOutcome outcome, Optional<Boolean> ends) {
    return ends.orElseGet(() -> passes(outcome)) ? SERVER : PERSON;
  }

  private static boolean passes(OrderOutcome outcome) {
    if (outcome instanceof Declined declined) {
      var why = declined.observation().outcome();
      return why == Observation.Outcome.BUSY || why == Observation.Outcome.TOO_LATE;
    }
    if (outcome instanceof Stated) {
      return Remarks.problems(outcome.statement()).findAny().isEmpty();
    }
    return !(outcome instanceof Unreachable || outcome instanceof Ahead);
  }
}
