package dev.latchkey.delivery;

import dev.latchkey.delivery.OrderOutcome.Ahead;
import dev.latchkey.delivery.OrderOutcome.Declined;
import dev.latchkey.delivery.OrderOutcome.Throttled;
import dev.latchkey.delivery.OrderOutcome.Unreachable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ServerName;
import dev.latchkey.text.Quoted;

/** An outcome in a sentence for people. */
public final class Explanation {
  private Explanation() {}

  public static String of(ServerName server, OrderOutcome outcome) {
    if (outcome instanceof Unreachable unreachable) {
      return "Systems Manager cannot reach " + server + " (" + Quoted.sentence(unreachable.why())
          + ")";
    }
    if (outcome instanceof Declined declined) {
      return server + " " + declined(declined.observation());
    }
    if (outcome instanceof Ahead ahead) {
      return server + " states generation " + ahead.observation().generation() + " of epoch "
          + ahead.observation().epoch()
          + ", which it was never ordered as far as is known, and takes no order;"
          + " fleet_server_reset makes it take them again";
    }
    if (outcome instanceof Throttled) {
      return "Systems Manager had too many requests to take the order for " + server;
    }
    var problems = Remarks.problems(outcome.statement()).toList();
    return problems.isEmpty()
        ? server + " has not confirmed yet"
        : server + " states: " + String.join("; ", problems);
  }

  private static String declined(Observation stated) {
    return switch (stated.outcome()) {
      case NO_PYTHON ->
        stated
            .problem()
            .map(text -> "has a Python that cannot unpack the agent: " + Quoted.sentence(text))
            .orElse("has no python3, which the agent needs; install Python 3.6 or later");
      case NO_AGENT -> "has no agent of this version, and it could not be installed";
      case SELFTEST_FAILED ->
        "keeps the agent that it has, as the test of the new one failed"
            + stated.problem().map(text -> ": " + Quoted.sentence(text)).orElse("");
      case WENT_BACK ->
        "went back to its last agent"
            + stated.problem().map(text -> ": " + Quoted.sentence(text)).orElse("");
      case BUSY -> "is carrying out another order";
      case TOO_LATE -> "got the order too late, by its own clock";
      default ->
        "refuses the order"
            + stated.problem().map(text -> ": " + Quoted.sentence(text)).orElse("");
    };
  }
}
