package dev.latchkey.delivery;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.latchkey.delivery.Invocation.State;
import dev.latchkey.delivery.OrderOutcome.Declined;
import dev.latchkey.delivery.OrderOutcome.Running;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ObservationReader;
import dev.latchkey.server.Server;
import dev.latchkey.settings.Settings;
import dev.latchkey.store.ReadOnly;
import dev.latchkey.store.Unis;
import dev.latchkey.text.Quoted;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Sends an order and waits a bounded time for what the server states. It never fails: what went wrong is an
 * {@link OrderOutcome}. A server without our agent, or with another one, gets it first.
 */
@Singleton
public class Dispatch {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");

  /** After an installation. Together they take some seconds, as another call's installation does. */
  private static final int ORDERS = 6;

  private final RunCommand runCommand;
  private final HostDocuments documents;
  private final AgentRollout rollout;
  private final Looks looks;
  private final CommandEnds commands;
  private final AgentInstallation installation;

  @Inject
  Dispatch(
      RunCommand runCommand, HostDocuments documents, AgentRollout rollout, Settings settings) {
    this.runCommand = runCommand;
    this.documents = documents;
    this.rollout = rollout;
    this.looks = Looks.first(settings.ssm().firstLook());
    this.commands = new CommandEnds(runCommand, looks);
    this.installation = new AgentInstallation(runCommand, documents, commands);
  }

  /** @param wait from now; zero sends and does not wait */
  public Uni<OrderOutcome> send(Order order, Duration wait) {
    var deadline = Deadline.in(wait);
    return begin(order).chain(begun -> finish(order, begun, deadline));
  }

  /** Sends an order and waits for nothing: it is {@link Running}, or why it could not be sent. */
  public Uni<OrderOutcome> begin(Order order) {
    return ReadOnly.choose(
        () -> Rehearsal.begun(order).chain(() -> begin(order.rehearsal(), released(order))),
        () -> first(order).chain(agent -> begin(order, agent)));
  }

  private static String released(Order order) {
    return order.agents().released();
  }

  /**
   * Sends orders that differ in nothing but their servers, with one command for all that have the same agent, and waits for
   * nothing.
   *
   * @param alike at most as many as one command has nodes
   * @return what became of each, in their order
   */
  public Uni<List<OrderOutcome>> begin(List<Order> alike) {
    return ReadOnly.choose(
        () -> Unis.all(alike, Rehearsal::begun)
            .chain(() -> beginAll(alike.stream()
                .map(order -> Map.entry(order.rehearsal(), released(order)))
                .toList())),
        () -> Unis.all(alike, order -> first(order).map(agent -> Map.entry(order, agent)))
            .chain(this::beginAll));
  }

  private Uni<List<OrderOutcome>> beginAll(List<Map.Entry<Order, String>> alike) {
    return Uni.createFrom()
        .item(alike)
        .map(known -> known.stream()
            .collect(groupingBy(Map.Entry::getValue, mapping(Map.Entry::getKey, toList()))))
        .chain(
            byAgent -> Unis.all(byAgent.entrySet(), each -> begin(each.getValue(), each.getKey())))
        .map(begun -> {
          var outcomes = new IdentityHashMap<Order, OrderOutcome>();
          begun.forEach(outcomes::putAll);
          return alike.stream().map(Map.Entry::getKey).map(outcomes::get).toList();
        });
  }

  private Uni<Map<Order, OrderOutcome>> begin(List<Order> alike, String agent) {
    if (alike.size() == 1) {
      return begin(alike.get(0), agent).map(outcome -> all(alike, order -> outcome));
    }
    var nodes = alike.stream().map(Order::node).toList();
    return send(alike.get(0), nodes, agent, Order.payload(alike))
        .map(command -> all(alike, order -> new Running(command)))
        .onFailure()
        .recoverWithUni(failure -> RunCommand.whyImpossible(failure).isPresent()
            ? halves(alike, agent)
            : Uni.createFrom().item(all(alike, order -> OrderEnd.notSent(order, failure))));
  }

  /** One node that is not there, and none of the others has got anything: it is found by halving. */
  private Uni<Map<Order, OrderOutcome>> halves(List<Order> alike, String agent) {
    var middle = alike.size() / 2;
    return begin(alike.subList(0, middle), agent)
        .chain(first -> begin(alike.subList(middle, alike.size()), agent).map(second -> {
          var both = new IdentityHashMap<>(first);
          both.putAll(second);
          return both;
        }));
  }

  private static Map<Order, OrderOutcome> all(
      List<Order> orders, Function<Order, OrderOutcome> outcome) {
    var all = new IdentityHashMap<Order, OrderOutcome>();
    orders.forEach(order -> all.put(order, outcome.apply(order)));
    return all;
  }

  private Uni<OrderOutcome> begin(Order order, String agent) {
    return send(order, List.of(order.node()), agent, order.payload())
        .<OrderOutcome>map(Running::new)
        .onFailure()
        .recoverWithItem(failure -> OrderEnd.notSent(order, failure));
  }

  private Uni<String> send(Order order, List<NodeId> nodes, String agent, String payload) {
    var parameters = Map.of("agentHash", agent, "payload", payload);
    return order.isRehearsal()
        ? runCommand.ask(documents.order(), nodes, parameters)
        : runCommand.send(documents.order(), nodes, parameters);
  }

  /**
   * What closes access waits for no installation: the agent that the server has carries it out. So does that of a server
   * that gets the one of this release later.
   */
  private Uni<String> first(Order order) {
    var released = order.agents().released();
    var earlier = order.agents().earlier();
    if (earlier.isEmpty() || order.closes()) {
      return Uni.createFrom().item(earlier.orElse(released));
    }
    return rollout.isFor(order.server()).map(now -> now ? released : earlier.get());
  }

  /** Waits for what was begun, as {@link #send} does. */
  public Uni<OrderOutcome> finish(Order order, OrderOutcome begun, Duration wait) {
    return finish(order, begun, Deadline.in(wait));
  }

  private Uni<OrderOutcome> finish(Order order, OrderOutcome begun, Deadline deadline) {
    return ReadOnly.choose(
        () -> ended(order.rehearsal(), begun, deadline)
            .chain(outcome -> Rehearsal.ended(order, outcome)),
        () -> first(order).chain(first -> finish(order, begun, first, deadline)));
  }

  private Uni<OrderOutcome> finish(
      Order order, OrderOutcome begun, String first, Deadline deadline) {
    var released = order.agents().released();
    return ended(order, begun, deadline).chain(outcome -> {
      if (deadline.isOver() || isEnough(order, first, outcome)) {
        return Uni.createFrom().item(outcome);
      }
      // The agent that it stated last may have been replaced since by that of this release.
      return isWithoutAgent(outcome) && !first.equals(released)
          ? begin(order, released)
              .chain(again -> ended(order, again, deadline))
              .chain(again -> isWithoutAgent(again) && !deadline.isOver()
                  ? upgrade(order, again, deadline)
                  : Uni.createFrom().item(again))
          : upgrade(order, outcome, deadline);
    });
  }

  /**
   * Whether no other agent could do better: an earlier one that refuses an order, or has not proven what is to be closed,
   * gives way to that of this release.
   */
  private static boolean isEnough(Order order, String first, OrderOutcome outcome) {
    if (isWithoutAgent(outcome)) {
      return false;
    }
    if (first.equals(order.agents().released())) {
      return true;
    }
    var isRefused = outcome instanceof Declined declined
        && declined.observation().outcome() == Observation.Outcome.REFUSED;
    var isUnproven = order.closes()
        && outcome.statement().filter(stated -> !order.isProvenBy(stated)).isPresent();
    return !isRefused && !isUnproven;
  }

  /** @param before what came of the order without that; a server that keeps its agent has said at least this */
  private Uni<OrderOutcome> upgrade(Order order, OrderOutcome before, Deadline deadline) {
    LOG.infof("%s has no agent of ours, or another; it is installed", order.node());
    return installation
        .on(order.node(), deadline)
        .chain(impossible -> impossible
            .map(why -> withoutUpgrade(order, before, why, deadline))
            .orElseGet(() -> installed(order, looks, ORDERS, deadline)))
        .onFailure()
        .recoverWithItem(failure -> OrderEnd.notSent(order, failure));
  }

  /**
   * Orders once more, and again as long as there is no agent: of two calls that install at a time one takes the parts of the
   * other, whose order comes while the agent is still tried out.
   */
  private Uni<OrderOutcome> installed(Order order, Looks next, int orders, Deadline deadline) {
    return begin(order, order.agents().released())
        .chain(again -> ended(order, again, deadline))
        .chain(outcome -> orders == 1 || deadline.isOver() || !isWithoutAgent(outcome)
            ? Uni.createFrom().item(outcome)
            : Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(deadline.orSooner(next.pause()))
                .chain(() -> installed(order, next.next(), orders - 1, deadline)));
  }

  /** The agent that the server keeps does what it can; without one, what the installation said names the cause. */
  private Uni<OrderOutcome> withoutUpgrade(
      Order order, OrderOutcome before, Declined why, Deadline deadline) {
    LOG.warnf(
        "%s keeps its agent: %s%s",
        order.node(),
        why.observation().outcome(),
        why.observation().problem().map(text -> ", " + Quoted.sentence(text)).orElse(""));
    if (!isWithoutAgent(before)) {
      return Uni.createFrom().item(before);
    }
    return order
        .agents()
        .earlier()
        .map(earlier -> begin(order, earlier).chain(begun -> ended(order, begun, deadline)))
        .orElseGet(() -> Uni.createFrom().item(why))
        .chain(outcome -> isWithoutAgent(outcome) && !deadline.isOver() && isPerhapsAnothers(why)
            ? installed(order, looks, ORDERS, deadline)
            : Uni.createFrom().item(outcome))
        .map(outcome -> isWithoutAgent(outcome) ? why : outcome);
  }

  /** A disk that is full says so, and also a part that another call took away while it was read. */
  private static boolean isPerhapsAnothers(Declined why) {
    return why.observation().outcome() == Observation.Outcome.NO_AGENT;
  }

  private Uni<OrderOutcome> ended(Order order, OrderOutcome begun, Deadline deadline) {
    return begun instanceof Running running
        ? commands
            .end(running.command(), order.node(), deadline)
            .map(invocation -> OrderEnd.of(order, invocation))
        : Uni.createFrom().item(begun);
  }

  /** Sends the agent to a node and waits for nothing: the next order finds it. */
  public Uni<Void> install(NodeId node) {
    return installation.on(node, Deadline.in(Duration.ZERO)).replaceWithVoid();
  }

  /** What became of an order that was begun; it is still {@link Running} where that is not known after {@code wait}. */
  public Uni<OrderOutcome> await(Order order, Running begun, Duration wait) {
    return runCommand
        .look(begun.command(), order.node())
        .onFailure()
        .recoverWithItem(Invocation.NOT_YET)
        .chain(now -> now.state() == State.OPEN
            ? commands.end(begun.command(), order.node(), Deadline.in(wait))
            : Uni.createFrom().item(now))
        .map(invocation ->
            invocation.state() == State.OPEN ? begun : OrderEnd.of(order, invocation));
  }

  /** What the server stated at the end of a command of ours; empty where nothing can be read. */
  public Uni<Optional<Observation>> statement(String command, Server of) {
    return runCommand
        .look(command, of.node())
        .map(invocation -> invocation.state() == State.FINISHED
            ? ObservationReader.read(invocation.output())
                .filter(stated -> stated.isWithoutAgent()
                    || stated.node().equals(of.node().value())
                        && ReleasedAgent.andThatOf(of).includesThatOf(stated))
            : Optional.empty());
  }

  /** Whether the server has no agent of ours, or another; {@link #send} installs it. */
  public static boolean isWithoutAgent(OrderOutcome outcome) {
    return outcome instanceof Declined declined && declined.observation().isWithoutAgent();
  }
}
