package dev.latchkey.sshkey;

import static java.util.stream.Collectors.joining;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.OrderOutcome;
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

/** A verb for keys inside an order: it is done before a certain moment or not at all. */
final class KeyOrder {
  private static final Duration VALID = Duration.ofSeconds(30);

  private KeyOrder() {}

  static Instant notAfter(Instant now) {
    return now.plus(VALID).truncatedTo(ChronoUnit.SECONDS);
  }

  static Data.Hash action(String verb, Instant notAfter) {
    return Data.hash().with("verb", verb).with("not_after", notAfter.getEpochSecond());
  }

  /** @throws WhmFailure when it was not done, or nobody knows */
  static Action done(Delivered delivered, Instant notAfter) {
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
          + notAfter.toString().substring("2026-01-01T".length()) + ".");
    }
    if (!action.get().done()) {
      throw WhmFailure.refused(name + " states: " + refusal(action.get()) + ".");
    }
    return action.get();
  }

  /** In full: which lines of the key stand there, with which options, and what would be right. */
  private static String refusal(Action refused) {
    var problem = refused.problem().map(KeyOrder::withoutPeriod).orElse("it was not done");
    var lines = refused.standing().stream()
        .filter(line ->
            !(problem.contains(line.file()) && problem.contains("line " + line.line() + " ")))
        .map(line -> "; it stands in " + line.file() + ", line " + line.line()
            + (line.options().isEmpty()
                ? ", without options"
                : ", with the options " + line.options()))
        .collect(joining());
    return problem
        + lines
        + (refused.standing().isEmpty() || problem.contains("api.replace=1")
            ? ""
            : "; api.replace=1 replaces what stands there");
  }

  private static String withoutPeriod(String sentence) {
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
