package dev.latchkey.delivery;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.OrderOutcome.Declined;
import dev.latchkey.delivery.OrderOutcome.Stale;
import dev.latchkey.delivery.OrderOutcome.Throttled;
import dev.latchkey.delivery.OrderOutcome.Unknown;
import dev.latchkey.delivery.OrderOutcome.Unreachable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.text.Quoted;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/** A verb inside an order: it is done before a certain moment or not at all. */
public final class VerbOrder {
  /** An agent's words for a verb that came with a later release. */
  private static final String UNKNOWN_VERB = "action: not a verb";

  private static final String NOT_AFTER = "not_after";

  private static final Duration VALID = Duration.ofSeconds(30);

  private VerbOrder() {}

  public static Instant notAfter(Instant now) {
    return now.plus(VALID).truncatedTo(ChronoUnit.SECONDS);
  }

  public static Data.Hash action(String verb, Instant notAfter) {
    return Data.hash().with("verb", verb).with(NOT_AFTER, notAfter.getEpochSecond());
  }

  /** The same action with another end. */
  static Data.Hash until(Instant notAfter, Data.Hash action) {
    return action.with(NOT_AFTER, notAfter.getEpochSecond());
  }

  static boolean isTooLate(Delivered delivered) {
    return delivered.outcome() instanceof Declined declined
        && declined.observation().outcome() == Observation.Outcome.TOO_LATE;
  }

  /**
   * What the server did.
   *
   * @param refusal what is told of one that it states not to have done, without a period
   * @throws WhmFailure when it was not done, or nobody knows
   */
  public static Action done(
      Delivered delivered, Instant notAfter, Function<Action, String> refusal) {
    var name = delivered.state().server().name();
    var outcome = delivered.outcome();
    if (outcome instanceof Stale) {
      throw WhmFailure.refused(
          name + " was changed by others meanwhile; nothing was done, try again.");
    }
    if (outcome instanceof Declined) {
      throw WhmFailure.refused(Explanation.of(name, outcome) + "; nothing was done.");
    }
    var action = outcome.statement().flatMap(Observation::action);
    if (action.isEmpty()) {
      throw WhmFailure.refused("It is not known whether " + name + " has done it (" + why(outcome)
          + "); nothing will be done after "
          + notAfter.toString().substring("2026-01-01T".length()) + " by that server's clock.");
    }
    if (!action.get().done()) {
      throw WhmFailure.refused(name + " states: " + refusal.apply(action.get()) + ".");
    }
    return action.get();
  }

  /** Its problem, without a period. */
  public static String problem(Action refused) {
    var sentence = refused.problem().orElse("it was not done");
    if (sentence.equals(UNKNOWN_VERB)) {
      return "its agent is of an earlier release, which does not know this; it gets the one of this release within a day, or"
          + " at once where EarlyServers names it";
    }
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private static String why(OrderOutcome outcome) {
    if (outcome instanceof Unknown unknown) {
      return Quoted.sentence(unknown.why());
    }
    if (outcome instanceof Throttled) {
      return "Systems Manager had too many requests";
    }
    return outcome instanceof Unreachable unreachable
        ? Quoted.sentence(unreachable.why())
        : "its statement does not say";
  }
}
