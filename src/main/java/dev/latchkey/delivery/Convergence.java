package dev.latchkey.delivery;

import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.delivery.OrderOutcome.Ahead;
import dev.latchkey.delivery.OrderOutcome.Stale;
import dev.latchkey.delivery.OrderOutcome.Unknown;
import dev.latchkey.server.ClosedTicketTable;
import dev.latchkey.server.ClosedTicketTable.Gone;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Lead;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Receipt;
import dev.latchkey.server.ReceiptTable;
import dev.latchkey.server.RevocationReceiptTable;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.server.SessionId;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/** Has a server carry out its wanted state, and records what it states. */
@Singleton
public class Convergence {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");
  private static final int RETRIES = 5;
  private static final String NAME = "convergence";

  private final ServerTable servers;
  private final ReceiptTable receipts;
  private final RevocationReceiptTable revocationReceipts;
  private final ClosedTicketTable closedTickets;
  private final Change change;
  private final Dispatch dispatch;
  private final FleetAlarm alarm;
  private final Clock clock;

  @Inject
  Convergence(
      ServerTable servers,
      ReceiptTable receipts,
      RevocationReceiptTable revocationReceipts,
      ClosedTicketTable closedTickets,
      Change change,
      Dispatch dispatch,
      FleetAlarm alarm,
      Clock clock) {
    this.servers = servers;
    this.receipts = receipts;
    this.revocationReceipts = revocationReceipts;
    this.closedTickets = closedTickets;
    this.change = change;
    this.dispatch = dispatch;
    this.alarm = alarm;
    this.clock = clock;
  }

  /** @param state what is known of the server afterwards */
  public record Delivered(OrderOutcome outcome, ServerState state) {}

  /**
   * Sends the order of {@code state}, or looks where nothing was ever wanted. Where the server has carried out a later order
   * before, that of the state which is wanted by then is sent.
   */
  public Uni<Delivered> deliver(ServerState state, String request, Duration wait) {
    return deliver(state, request, wait, grant -> false, List.of());
  }

  /**
   * @param made whether a grant was asked for by this very call. Only then it is known to be younger than what a server that
   *     is ahead has carried out: its wish is in the table that we have, and came when the server was where it says
   */
  public Uni<Delivered> deliver(
      ServerState state, String request, Duration wait, Predicate<Grant> made) {
    return deliver(state, request, wait, made, List.of());
  }

  /** @param sessions live ones that nobody can attribute and that end with it */
  public Uni<Delivered> deliver(
      ServerState state, String request, Duration wait, List<SessionId> sessions) {
    return deliver(state, request, wait, grant -> false, sessions);
  }

  private Uni<Delivered> deliver(
      ServerState state,
      String request,
      Duration wait,
      Predicate<Grant> made,
      List<SessionId> sessions) {
    var deadline = Deadline.in(wait);
    return begin(state, request, sessions)
        .chain(begun -> await(begun, deadline.left()))
        .chain(ended -> settle(ended, deadline, made, sessions));
  }

  /** An order that was sent, or could not be. */
  public record Begun(ServerState state, String request, Order order, OrderOutcome outcome) {}

  /** Sends the order of {@code state} as {@link #deliver} does, and waits for nothing. */
  public Uni<Begun> begin(ServerState state, String request) {
    return begin(state, request, List.of());
  }

  private Uni<Begun> begin(ServerState state, String request, List<SessionId> sessions) {
    var order = state.server().generation() == 0
        ? Order.observe(request, state.server())
        : Order.converge(request, state).ending(sessions);
    return dispatch.begin(order).map(outcome -> new Begun(state, request, order, outcome));
  }

  /**
   * Sends orders that differ in nothing but their servers, and waits for nothing.
   *
   * @param order of a state
   * @return what was begun of each, in their order
   */
  public Uni<List<Begun>> begin(List<ServerState> states, Function<ServerState, Order> order) {
    var orders = states.stream().map(order).toList();
    return dispatch
        .begin(orders)
        .map(outcomes -> IntStream.range(0, states.size())
            .mapToObj(i ->
                new Begun(states.get(i), orders.get(i).request(), orders.get(i), outcomes.get(i)))
            .toList());
  }

  /** Waits for what was begun; of what has an outcome already there is nothing to wait for. */
  public Uni<Begun> await(Begun begun, Duration wait) {
    return dispatch
        .finish(begun.order(), begun.outcome(), wait)
        .map(outcome -> new Begun(begun.state(), begun.request(), begun.order(), outcome));
  }

  /** Records what the server stated to an order that changes nothing. */
  public Uni<Delivered> record(Begun ended) {
    return record(ended, (in, stated) -> {});
  }

  /** @param also what to write together with the record of what the server states */
  public Uni<Delivered> record(Begun ended, BiConsumer<Transaction, Observation> also) {
    return recorded(ended.state(), ended.outcome(), also);
  }

  /** @param wait for what has to be sent after what the server stated, which is recorded */
  public Uni<Delivered> settle(Begun ended, Duration wait) {
    return settle(ended, Deadline.in(wait), grant -> false, List.of());
  }

  private Uni<Delivered> settle(
      Begun ended, Deadline deadline, Predicate<Grant> made, List<SessionId> sessions) {
    var state = ended.state();
    var request = ended.request();
    var name = state.server().name();
    return recorded(state, ended.outcome(), (in, stated) -> {})
        .chain(delivered ->
            delivered.outcome() instanceof Stale stale && state.server().generation() > 0
                ? current(name, stale.observation(), made, request)
                    .chain(now -> now.outcome() instanceof Ahead
                        ? Uni.createFrom().item(now)
                        : send(
                            now.state(),
                            Order.converge(request + ".s", now.state()).ending(sessions),
                            deadline.left()))
                    // The wish is committed: what cannot be read now, the reconciler reads.
                    .onFailure()
                    .recoverWithItem(failure -> {
                      LOG.errorf(failure, "%s is not sent again", name);
                      return delivered;
                    })
                : Uni.createFrom().item(delivered));
  }

  /** Sends an order of {@code state} once, and records what the server states. */
  public Uni<Delivered> send(ServerState state, Order order, Duration wait) {
    return send(state, order, wait, (in, stated) -> {});
  }

  /** @param also what to write together with the record of what the server states */
  public Uni<Delivered> send(
      ServerState state, Order order, Duration wait, BiConsumer<Transaction, Observation> also) {
    return dispatch.send(order, wait).chain(outcome -> recorded(state, outcome, also));
  }

  private Uni<Delivered> recorded(
      ServerState state, OrderOutcome outcome, BiConsumer<Transaction, Observation> also) {
    return outcome
        .statement()
        .map(stated -> record(state, stated, also)
            .map(after -> new Delivered(outcome, after))
            .onFailure()
            .recoverWithItem(failure -> {
              LOG.errorf(
                  failure, "what %s stated is not recorded", state.server().name());
              return new Delivered(new Unknown("the statement could not be recorded"), state);
            }))
        .orElseGet(() -> Uni.createFrom().item(new Delivered(outcome, state)));
  }

  /** Records what the server stated to an order that nobody waits for any more. */
  public Uni<ServerState> record(ServerState before, Observation stated) {
    return record(before, stated, (in, nothing) -> {});
  }

  private Uni<ServerState> record(
      ServerState before, Observation stated, BiConsumer<Transaction, Observation> also) {
    return write(before, stated, also)
        .onFailure(Changed.class)
        .recoverWithUni(changed -> Uni.createFrom()
            .deferred(() -> read(before.server().name()).chain(now -> write(now, stated, also)))
            .onFailure(Changed.class)
            .retry()
            .atMost(RETRIES));
  }

  private Uni<ServerState> write(
      ServerState before, Observation stated, BiConsumer<Transaction, Observation> also) {
    var after = before.after(stated, clock.instant());
    if (after.equals(before)) {
      return Uni.createFrom().item(before);
    }
    var gone = Gone.between(before, after.grants());
    return closedTickets
        .read(gone)
        .chain(settling -> change.note(in -> {
          servers.write(in, before, after, stated);
          settling.write(in);
          before.ending().stream()
              .filter(grant -> before.isOfOurs(stated) && stated.provesGone(grant))
              .forEach(
                  grant -> receipts.add(in, before, Receipt.of(grant, before.server(), stated)));
          revocationReceipts.add(in, before, after, stated);
          also.accept(in, stated);
        }))
        .chain(() -> closedTickets.settleRest(gone))
        .replaceWith(after);
  }

  /** What is wanted of a server that called an order stale, and how far it is to be believed. */
  private Uni<Delivered> current(
      ServerName name, Observation stated, Predicate<Grant> made, String request) {
    return Uni.createFrom()
        .deferred(() -> read(name).chain(known -> {
          var lead = Lead.of(stated, known);
          var after = wanted(known, lead, stated, made);
          var written = after.equals(known)
              ? Uni.createFrom().voidItem()
              : change.commit(
                  Author.internal(NAME, clock.instant(), request + "+ahead"),
                  known.server().owner(),
                  describe(known, after, stated),
                  in -> servers.write(in, known, after));
          return written.replaceWith(new Judged(known, lead, after));
        }))
        .onFailure(Changed.class)
        .retry()
        .atMost(RETRIES)
        .chain(judged -> judged.lead() == Lead.NONE
            ? Uni.createFrom().item(judged)
            : alarm.ahead(judged.known().server(), stated, judged.lead()).replaceWith(judged))
        .map(judged -> judged.lead() == Lead.FAR || judged.lead() == Lead.EPOCH
            ? new Delivered(new Ahead(stated), judged.after())
            : new Delivered(new Stale(stated), judged.after()));
  }

  private record Judged(ServerState known, Lead lead, ServerState after) {}

  private ServerState wanted(
      ServerState known, Lead lead, Observation stated, Predicate<Grant> made) {
    return switch (lead) {
      case NONE, FAR -> known;
      case NEAR -> known.above(stated, made, clock.instant());
      case EPOCH ->
        known.wanted().stream().allMatch(made)
            ? known
            : known.holding(made.negate(), clock.instant());
    };
  }

  private static String describe(ServerState before, ServerState after, Observation stated) {
    return "%s states generation %d of epoch %d, which is ahead of generation %d of epoch %d; held %d grants"
        .formatted(
            before.server().name(),
            stated.generation(),
            stated.epoch(),
            before.server().generation(),
            before.server().epoch(),
            after.held().size() - before.held().size());
  }

  private Uni<ServerState> read(ServerName name) {
    return servers
        .find(name)
        .map(found -> found.orElseThrow(
            () -> new IllegalStateException("the server " + name + " is gone meanwhile")));
  }
}
