package dev.latchkey.wire;

import dev.latchkey.access.CountOutcome;
import dev.latchkey.access.CountOutcome.State;
import dev.latchkey.data.Data;
import java.util.Locale;

/** What the line of a call says of the bill, so that {@code infra/bill} can recompute it from the log. */
final class CountMembers {
  private CountMembers() {}

  /** Nothing where there was nothing to count: nobody is known, or it was refused and not counted. */
  static Data.Hash of(CountOutcome outcome) {
    var state = outcome.state();
    if (outcome.billed().isEmpty() || state == State.NO) {
      return Data.hash().with("counted", "no");
    }
    var billed = outcome.billed().get();
    var calls = Data.hash();
    for (var each : outcome.calls().byFunction().entrySet()) {
      calls = calls.with(each.getKey().toString(), each.getValue());
    }
    return Data.hash()
        .with("counted", state.name().toLowerCase(Locale.ROOT))
        .with("billed", billed.user())
        .with("billed_token", billed.token())
        .with("calls", calls);
  }
}
