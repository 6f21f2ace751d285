package dev.latchkey.delivery;

import dev.latchkey.delivery.Invocation.State;
import dev.latchkey.delivery.OrderOutcome.Declined;
import dev.latchkey.delivery.OrderOutcome.Stale;
import dev.latchkey.delivery.OrderOutcome.Stated;
import dev.latchkey.delivery.OrderOutcome.Throttled;
import dev.latchkey.delivery.OrderOutcome.Unknown;
import dev.latchkey.delivery.OrderOutcome.Unreachable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ObservationReader;
import org.jboss.logging.Logger;

/** What the end of a command says of the order that it took to a server. */
final class OrderEnd {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");

  private OrderEnd() {}

  static OrderOutcome notSent(Order order, Throwable failure) {
    LOG.warnf("the order %s may not have been sent: %s", order.request(), failure.getMessage());
    if (RunCommand.isThrottled(failure)) {
      return new Throttled();
    }
    return RunCommand.whyImpossible(failure)
        .<OrderOutcome>map(Unreachable::new)
        .orElseGet(() -> new Unknown("Systems Manager did not say whether it took the order"));
  }

  static OrderOutcome of(Order order, Invocation invocation) {
    var read = ObservationReader.read(invocation.output());
    if (invocation.state() == State.FINISHED && read.isPresent()) {
      return of(order, read.get());
    }
    return invocation.state() == State.IMPOSSIBLE
        ? new Unreachable(invocation.status())
        : new Unknown(invocation.status());
  }

  private static OrderOutcome of(Order order, Observation stated) {
    return switch (stated.outcome()) {
      // Said before there is an agent that could repeat the request.
      case NO_AGENT, NO_PYTHON, SELFTEST_FAILED, WENT_BACK -> new Declined(stated);
      case BUSY, TOO_LATE, REFUSED -> new Declined(stated);
      case STALE ->
        order.isAnsweredBy(stated) ? new Stale(stated) : new Unknown("another order's answer");
      case DONE, PARTIAL ->
        order.isAnsweredBy(stated) && order.isCarriedOutBy(stated)
            ? new Stated(stated)
            : new Unknown("another order's answer");
    };
  }
}
