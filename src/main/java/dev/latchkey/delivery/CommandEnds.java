package dev.latchkey.delivery;

import dev.latchkey.delivery.Invocation.State;
import dev.latchkey.server.NodeId;
import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

/** Waits for the end of a command of Systems Manager, by looking at it at growing pauses. */
final class CommandEnds {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");

  private final RunCommand runCommand;
  private final Looks looks;

  CommandEnds(RunCommand runCommand, Looks looks) {
    this.runCommand = runCommand;
    this.looks = looks;
  }

  /** How it ended; {@link Invocation#NOT_YET} where that is not known in time. */
  Uni<Invocation> end(String command, NodeId node, Deadline deadline) {
    return end(command, node, looks, deadline);
  }

  private Uni<Invocation> end(String command, NodeId node, Looks next, Deadline deadline) {
    if (deadline.isOver()) {
      return Uni.createFrom().item(Invocation.NOT_YET);
    }
    return Uni.createFrom()
        .voidItem()
        .onItem()
        .delayIt()
        .by(deadline.orSooner(next.pause()))
        .chain(() -> runCommand.look(command, node))
        .onFailure()
        .recoverWithItem(failure -> {
          LOG.warnf(
              "command %s on %s cannot be looked at: %s", command, node, failure.getMessage());
          return Invocation.NOT_YET;
        })
        .chain(invocation -> invocation.state() == State.OPEN
            ? end(command, node, next.next(), deadline)
            : Uni.createFrom().item(invocation));
  }
}
