package dev.latchkey.local.ssm;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Brings one invocation to its node and to its end, with whatever is to go wrong on the way. */
final class Delivery {
  private final CommandOnNode invocation;
  private final NodeQueue queue;
  private final Optional<PlannedFault.Ends> ends;

  private Delivery(CommandOnNode invocation, NodeQueue queue) {
    this.invocation = invocation;
    this.queue = queue;
    ends = invocation.faults().of(PlannedFault.Ends.class);
  }

  static void start(CommandOnNode invocation, NodeQueue queue) {
    var delivery = new Delivery(invocation, queue);
    var late = invocation.faults().of(PlannedFault.Late.class);
    if (late.isPresent()) {
      queue.aside(() -> delivery.waitFor(late.get()));
    } else {
      delivery.enqueue();
    }
  }

  private void waitFor(PlannedFault.Late late) {
    invocation.begin();
    ends.ifPresent(end -> invocation.end(ScriptResult.without(end.status())));
    try {
      if (late.gate().await(invocation.command().deliverySeconds(), TimeUnit.SECONDS)) {
        enqueue();
      } else {
        invocation.end(ScriptResult.without(Status.DELIVERY_TIMED_OUT));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void enqueue() {
    if (ends.isPresent() && !ends.get().ran()) {
      invocation.end(ScriptResult.without(ends.get().status()));
    } else {
      queue.add(this::run);
    }
  }

  private void run() {
    invocation.begin();
    try {
      var result = invocation.run();
      if (invocation.faults().has(PlannedFault.DeliveredTwice.class)) {
        invocation.renew();
        result = invocation.run();
      }
      invocation.end(seen(result));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      invocation.end(ScriptResult.failed(e.toString()));
    }
  }

  private ScriptResult seen(ScriptResult result) {
    return ends.map(end -> ScriptResult.without(end.status()))
        .orElseGet(() -> invocation
            .faults()
            .of(PlannedFault.OutputCut.class)
            .map(cut -> result.cut(cut.characters()))
            .orElse(result));
  }
}
