package dev.latchkey.local.ssm;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Brings one invocation to its node and to its end, with whatever is to go wrong on the way. */
final class Delivery {

  private final Invocation invocation;
  private final NodeQueue queue;
  private final Optional<Fault.Ends> ends;

  private Delivery(Invocation invocation, NodeQueue queue) {
    this.invocation = invocation;
    this.queue = queue;
    ends = invocation.faults().of(Fault.Ends.class);
  }

  static void start(Invocation invocation, NodeQueue queue) {
    Delivery delivery = new Delivery(invocation, queue);
    Optional<Fault.Late> late = invocation.faults().of(Fault.Late.class);
    if (late.isPresent()) {
      queue.aside(() -> delivery.waitFor(late.get()));
    } else {
      delivery.enqueue();
    }
  }

  private void waitFor(Fault.Late late) {
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
      ScriptResult result = invocation.run();
      if (invocation.faults().has(Fault.DeliveredTwice.class)) {
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
            .of(Fault.OutputCut.class)
            .map(cut -> result.cut(cut.characters()))
            .orElse(result));
  }
}
