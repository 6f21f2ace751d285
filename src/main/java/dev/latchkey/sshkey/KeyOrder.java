package dev.latchkey.sshkey;

import static java.util.stream.Collectors.joining;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.VerbOrder;
import dev.latchkey.server.Observation.Action;
import java.time.Instant;

/** What became of a verb for keys. */
final class KeyOrder {
  private KeyOrder() {}

  /** @throws WhmFailure when it was not done, or nobody knows */
  static Action done(Delivered delivered, Instant notAfter) {
    return VerbOrder.done(delivered, notAfter, KeyOrder::refusal);
  }

  /** In full: which lines of the key stand there, with which options, and what would be right. */
  private static String refusal(Action refused) {
    var problem = VerbOrder.problem(refused);
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
}
