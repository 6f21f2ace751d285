package dev.latchkey.delivery;

import dev.latchkey.delivery.HostDocuments.Document;
import dev.latchkey.delivery.Invocation.State;
import dev.latchkey.delivery.OrderOutcome.Declined;
import dev.latchkey.delivery.OrderOutcome.Running;
import dev.latchkey.delivery.OrderOutcome.Stale;
import dev.latchkey.delivery.OrderOutcome.Stated;
import dev.latchkey.delivery.OrderOutcome.Throttled;
import dev.latchkey.delivery.OrderOutcome.Unknown;
import dev.latchkey.delivery.OrderOutcome.Unreachable;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ObservationReader;
import dev.latchkey.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Sends an order and waits a bounded time for what the server states. It never fails: what went wrong is an
 * {@link OrderOutcome}. A server without our agent, or with another one, gets it first.
 */
@Singleton
public class Dispatch {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");

  private final RunCommand runCommand;
  private final HostDocuments documents;
  private final Looks looks;

  @Inject
  Dispatch(RunCommand runCommand, HostDocuments documents, Settings settings) {
    this.runCommand = runCommand;
    this.documents = documents;
    this.looks = Looks.first(settings.ssm().firstLook());
  }

  /** @param wait from now; zero sends and does not wait */
  public Uni<OrderOutcome> send(Order order, Duration wait) {
    var deadline = Deadline.in(wait);
    return begin(order).chain(begun -> finish(order, begun, deadline));
  }

  /** Sends an order and waits for nothing: it is {@link Running}, or why it could not be sent. */
  public Uni<OrderOutcome> begin(Order order) {
    return runCommand
        .send(documents.order(), order.node(), parameters(order))
        .<OrderOutcome>map(Running::new)
        .onFailure()
        .recoverWithItem(failure -> notSent(order, failure));
  }

  /** Waits for what was begun, as {@link #send} does. */
  public Uni<OrderOutcome> finish(Order order, OrderOutcome begun, Duration wait) {
    return finish(order, begun, Deadline.in(wait));
  }

  private Uni<OrderOutcome> finish(Order order, OrderOutcome begun, Deadline deadline) {
    return ended(order, begun, deadline).chain(outcome -> {
      if (!isWithoutAgent(outcome) || deadline.isOver()) {
        return Uni.createFrom().item(outcome);
      }
      LOG.infof("%s has no agent of ours, or another; it is installed", order.node());
      return install(order.node(), deadline)
          .chain(impossible -> impossible
              .map(Uni.createFrom()::item)
              .orElseGet(() -> begin(order).chain(again -> ended(order, again, deadline))))
          .onFailure()
          .recoverWithItem(failure -> notSent(order, failure));
    });
  }

  private Uni<OrderOutcome> ended(Order order, OrderOutcome begun, Deadline deadline) {
    return begun instanceof Running running
        ? await(running.command(), order.node(), looks, deadline)
            .map(invocation -> outcome(order, invocation))
        : Uni.createFrom().item(begun);
  }

  /** Sends the agent to a node and waits for nothing: the next order finds it. */
  public Uni<Void> install(NodeId node) {
    return install(node, Deadline.in(Duration.ZERO)).replaceWithVoid();
  }

  /** What became of an order that was begun; it is still {@link Running} where that is not known after {@code wait}. */
  public Uni<OrderOutcome> await(Order order, Running begun, Duration wait) {
    return runCommand
        .look(begun.command(), order.node())
        .onFailure()
        .recoverWithItem(Invocation.NOT_YET)
        .chain(now -> now.state() == State.OPEN
            ? await(begun.command(), order.node(), looks, Deadline.in(wait))
            : Uni.createFrom().item(now))
        .map(invocation -> invocation.state() == State.OPEN ? begun : outcome(order, invocation));
  }

  /** What the node stated at the end of a command of ours; empty where nothing can be read. */
  public Uni<Optional<Observation>> statement(String command, NodeId node) {
    return runCommand
        .look(command, node)
        .map(invocation -> invocation.state() == State.FINISHED
            ? ObservationReader.read(invocation.output())
                .filter(stated -> stated.isWithoutAgent() || stated.node().equals(node.value()))
            : Optional.empty());
  }

  /** Sends all parts, also after the deadline: what arrives is kept, and the last one installs. */
  private Uni<Optional<OrderOutcome>> install(NodeId node, Deadline deadline) {
    var installed = Uni.createFrom().item(Optional.<OrderOutcome>empty());
    for (var part : documents.parts()) {
      installed = installed.chain(impossible -> impossible.isPresent()
          ? Uni.createFrom().item(impossible)
          : run(documents.install(), node, part, deadline).map(Dispatch::withoutPython));
    }
    return installed;
  }

  private Map<String, String> parameters(Order order) {
    return Map.of("agentHash", documents.agentSha256(), "payload", order.payload());
  }

  private Uni<Invocation> run(
      Document document, NodeId node, Map<String, String> parameters, Deadline deadline) {
    return runCommand
        .send(document, node, parameters)
        .chain(command -> await(command, node, looks, deadline));
  }

  private Uni<Invocation> await(String command, NodeId node, Looks next, Deadline deadline) {
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
            ? await(command, node, next.next(), deadline)
            : Uni.createFrom().item(invocation));
  }

  /** Whether the server has no agent of ours, or another; {@link #send} installs it. */
  public static boolean isWithoutAgent(OrderOutcome outcome) {
    return outcome instanceof Declined declined && declined.observation().isWithoutAgent();
  }

  /** The order would only say again that there is no agent; what the installation said names the cause. */
  private static Optional<OrderOutcome> withoutPython(Invocation installed) {
    return ObservationReader.read(installed.output())
        .filter(stated -> stated.outcome() == Observation.Outcome.NO_PYTHON)
        .map(Declined::new);
  }

  private static OrderOutcome notSent(Order order, Throwable failure) {
    LOG.warnf("the order %s may not have been sent: %s", order.request(), failure.getMessage());
    if (RunCommand.isThrottled(failure)) {
      return new Throttled();
    }
    return RunCommand.whyImpossible(failure)
        .<OrderOutcome>map(Unreachable::new)
        .orElseGet(() -> new Unknown("Systems Manager did not say whether it took the order"));
  }

  private static OrderOutcome outcome(Order order, Invocation invocation) {
    var read = ObservationReader.read(invocation.output());
    if (invocation.state() == State.FINISHED && read.isPresent()) {
      return outcome(order, read.get());
    }
    return invocation.state() == State.IMPOSSIBLE
        ? new Unreachable(invocation.status())
        : new Unknown(invocation.status());
  }

  private static OrderOutcome outcome(Order order, Observation stated) {
    return switch (stated.outcome()) {
      // Said before there is an agent that could repeat the request.
      case NO_AGENT, NO_PYTHON -> new Declined(stated);
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
