package dev.latchkey.reconcile;

import static java.util.stream.Collectors.joining;

import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Begun;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Deadline;
import dev.latchkey.delivery.Dispatch;
import dev.latchkey.delivery.OrderOutcome.Stated;
import dev.latchkey.delivery.OrderOutcome.Throttled;
import dev.latchkey.server.DueTable;
import dev.latchkey.server.DueTable.Due;
import dev.latchkey.server.Grant;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.EachAlone;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Looks at every server that is due: ends grants that expired, sends orders again that were not confirmed, and sees
 * whether what stands is what is wanted. It may be run as often as one likes and by several at once; the server's own
 * item, and of a mere look its due item, decides who does the work.
 *
 * <p>A pass sends all that is due, what closes access first, and then waits once: a server that does not answer costs the
 * others nothing. What is stated after that comes by the event of its command.
 */
@Singleton
public class Reconciler {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");
  private static final Duration WAIT = Duration.ofSeconds(3);

  /** A pass ends well within the function's timeout, which is 300 s: what is left is still due. */
  private static final Duration SENDING = Duration.ofSeconds(200);

  private static final int MOST = 1_000;
  private static final int SENT_AT_ONCE = 32;

  /** The call that sent the first order has waited for it, and installs the agent itself. */
  private static final int WAITED_FOR_ONCE = 1;

  private static final String NAME = "reconciler";

  private final DueTable due;
  private final ServerTable servers;
  private final Convergence convergence;
  private final Dispatch dispatch;
  private final Change change;
  private final Clock clock;

  @Inject
  Reconciler(
      DueTable due,
      ServerTable servers,
      Convergence convergence,
      Dispatch dispatch,
      Change change,
      Clock clock) {
    this.due = due;
    this.servers = servers;
    this.convergence = convergence;
    this.dispatch = dispatch;
    this.change = change;
    this.clock = clock;
  }

  /**
   * What one pass did.
   *
   * @param left how many servers are due and were left to the next pass
   */
  public record Pass(List<Look> looks, int left) {}

  /** Looks at what is due, as much as one pass takes. */
  public Uni<Pass> run() {
    return Uni.createFrom().deferred(() -> due.until(clock.instant())).chain(all -> {
      var taken = all.stream().sorted(Due.BY_URGENCY).limit(MOST).toList();
      var late = new AtomicInteger();
      var failed = new ConcurrentLinkedQueue<Look>();
      return send(taken, late, failed).chain(sent -> finish(sent, failed)).map(looks -> {
        failed.addAll(looks);
        return pass(all.size() - taken.size() + late.get(), List.copyOf(failed));
      });
    });
  }

  /** Looks are sent when all orders are. */
  private Uni<List<Sent>> send(List<Due> taken, AtomicInteger late, Queue<Look> failed) {
    var sending = Deadline.in(SENDING);
    var all = new ArrayList<Sent>();
    var sent = Uni.createFrom().item(all);
    for (var isLook : List.of(false, true)) {
      var these = taken.stream().filter(item -> item.isLook() == isLook).toList();
      sent = sent.call(() -> EachAlone.all(
              these,
              SENT_AT_ONCE,
              item -> sending.isOver() ? late(late) : begin(item),
              (item, failure) -> failed.add(Look.failed(item.server(), failure)))
          .invoke(all::addAll));
    }
    return sent.map(done -> done);
  }

  private static <T> Uni<T> late(AtomicInteger late) {
    late.incrementAndGet();
    return Uni.createFrom().nullItem();
  }

  private static Pass pass(int left, List<Look> looks) {
    if (left > 0) {
      LOG.warnf(
          "%d servers are due beyond the %d of this pass; the next one looks at them",
          left, looks.size());
    }
    return new Pass(looks, left);
  }

  /** @param before the state that the pass found; what was sent is of the one after it */
  private record Sent(ServerState before, Begun begun, Instant at) {
    String name() {
      return before.server().name().value();
    }
  }

  /** All are waited for together, so that what does not answer is waited for once, and recorded some at a time. */
  private Uni<List<Look>> finish(List<Sent> all, Queue<Look> failed) {
    var waiting = Deadline.in(WAIT);
    return EachAlone.all(
            all,
            MOST,
            sent -> convergence
                .await(sent.begun(), waiting.left())
                .map(ended -> new Sent(sent.before(), ended, sent.at())),
            (sent, failure) -> failed.add(Look.failed(sent.name(), failure)))
        .chain(ended -> EachAlone.all(
            ended,
            SENT_AT_ONCE,
            one -> settle(one, waiting),
            (one, failure) -> failed.add(Look.failed(one.name(), failure))));
  }

  private Uni<Look> settle(Sent ended, Deadline waiting) {
    return convergence
        .settle(ended.begun(), waiting.left())
        .call(delivered -> plan(ended, delivered))
        .map(delivered -> Look.of(delivered, ended.at()));
  }

  /** Of a look that nothing came of, and of what was not sent, the next try is sooner than the next look. */
  private Uni<Void> plan(Sent sent, Delivered delivered) {
    var known = delivered.state();
    var sentBefore = sent.before().server().attempts();
    if (delivered.outcome() instanceof Throttled) {
      return note(known, known.postponed(sentBefore, clock.instant()));
    }
    var isWhole = delivered
        .outcome()
        .statement()
        .filter(stated -> stated.outcome() == Observation.Outcome.DONE)
        .isPresent();
    // What is an order by now has a time of its own, and so had what was one from the beginning.
    return isWhole || !known.server().isConfirmed() || sent.before().isOrderDue(sent.at())
        ? Uni.createFrom().voidItem()
        : note(known, known.tryingAgain(clock.instant()));
  }

  private Uni<Void> note(ServerState before, ServerState after) {
    return change
        .note(in -> servers.write(in, before, after))
        .onFailure(Changed.class)
        .recoverWithNull();
  }

  /**
   * Records what a server stated at the end of a command, where nobody waited for it any more, and gives it the agent where
   * it stated that it has none. It sends no order: the end of that one would be the next event, and a server that cannot do
   * what is wished would be asked without a pause.
   *
   * @return empty where nothing was waiting for that statement
   */
  public Uni<List<Look>> ended(NodeId node, String command) {
    return servers
        .named(node)
        .chain(name -> name.isEmpty()
            ? Uni.createFrom().item(Optional.<ServerState>empty())
            : servers.find(name.get()))
        .chain(found -> found
            .filter(state -> state.server().awaitsStatement())
            .map(state -> statement(state, command))
            .orElseGet(() -> Uni.createFrom().item(List.of())))
        .onFailure(Changed.class)
        .recoverWithItem(List.of());
  }

  private Uni<List<Look>> statement(ServerState of, String command) {
    var now = clock.instant();
    return dispatch.statement(command, of.server()).chain(read -> {
      if (read.filter(Observation::isWithoutAgent).isPresent()
          && of.server().attempts() > WAITED_FOR_ONCE) {
        return dispatch.install(of.server().node()).replaceWith(List.of());
      }
      return read.filter(stated -> stated.isCarriedOut() && of.isStatedBy(stated))
          .map(stated -> convergence
              .record(of, stated)
              .map(after -> Look.of(new Delivered(new Stated(stated), after), now))
              .map(List::of))
          .orElseGet(() -> Uni.createFrom().item(List.of()));
    });
  }

  private Uni<Sent> begin(Due item) {
    return servers
        .find(ServerName.parse(item.server()))
        .chain(found -> found
            .filter(state -> state.server().due().isPresent())
            .map(state -> begin(item, state))
            .orElseGet(() -> change.note(in -> due.drop(in, item)).replaceWith((Sent) null)))
        .onFailure(Changed.class)
        .recoverWithNull();
  }

  private Uni<Sent> begin(Due item, ServerState state) {
    var now = clock.instant();
    if (item.isOther()) {
      return change
          .note(in -> due.follow(in, item, state))
          .chain(() -> state.isDue(now)
              ? begin(DueTable.hint(state), state)
              : Uni.createFrom().nullItem());
    }
    if (!state.isDue(now)) {
      return change.note(in -> due.follow(in, item, state)).replaceWith((Sent) null);
    }
    return state.isOrderDue(now) ? order(state, now) : look(item, state, now);
  }

  /** One small write takes the look; another one records what is stated. */
  private Uni<Sent> look(Due item, ServerState state, Instant now) {
    var planned = state.planned(now);
    return change
        .note(in -> due.begin(in, item, planned))
        .chain(() -> convergence.begin(planned, UUID.randomUUID().toString()))
        .map(begun -> new Sent(state, begun, now));
  }

  private Uni<Sent> order(ServerState before, Instant now) {
    var request = UUID.randomUUID().toString();
    var expired = before.grants().stream()
        .filter(grant -> !grant.isEnding() && grant.expiredAt(now))
        .toList();
    var after = expired.isEmpty()
        ? before.tryingAgain(now)
        : before.ending(grant -> grant.expiredAt(now), Grant.Reason.EXPIRED, now);
    Consumer<Transaction> items = in -> servers.write(in, before, after);
    var written = expired.isEmpty()
        ? change.note(items)
        : change.commit(
            Author.internal(NAME, now, request),
            before.server().owner(),
            describe(before, expired),
            items);
    return written
        .chain(() -> convergence.begin(after, request))
        .map(begun -> new Sent(before, begun, now));
  }

  private static String describe(ServerState of, List<Grant> expired) {
    return expired.stream()
        .map(grant -> "ticket " + grant.ticket() + " as " + grant.user())
        .collect(joining(", ", "expired on " + of.server().name() + ": ", ""));
  }
}
