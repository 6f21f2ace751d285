package dev.latchkey.delivery;

import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.delivery.OrderOutcome.Stale;
import dev.latchkey.delivery.OrderOutcome.Unknown;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Receipt;
import dev.latchkey.server.ReceiptTable;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/** Has a server carry out its wanted state, and records what it states. */
@Singleton
public class Convergence {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");
  private static final int RETRIES = 5;

  private final ServerTable servers;
  private final ReceiptTable receipts;
  private final Change change;
  private final Dispatch dispatch;
  private final Clock clock;

  @Inject
  Convergence(
      ServerTable servers, ReceiptTable receipts, Change change, Dispatch dispatch, Clock clock) {
    this.servers = servers;
    this.receipts = receipts;
    this.change = change;
    this.dispatch = dispatch;
    this.clock = clock;
  }

  /** @param state what is known of the server afterwards */
  public record Delivered(OrderOutcome outcome, ServerState state) {}

  /**
   * Sends the order of {@code state}, or looks where nothing was ever wanted. Where the server has carried out a later order
   * before, that of the state which is wanted by then is sent.
   */
  public Uni<Delivered> deliver(ServerState state, String request, Duration wait) {
    if (state.server().generation() == 0) {
      return send(state, Order.observe(request, state.server().node()), wait);
    }
    var deadline = Deadline.in(wait);
    return send(state, Order.converge(request, state), wait)
        .chain(delivered -> delivered.outcome() instanceof Stale stale && !deadline.isOver()
            ? current(state, stale)
                .chain(now -> send(now, Order.converge(request + ".s", now), deadline.left()))
                // The wish is committed: what cannot be read now, the reconciler reads.
                .onFailure()
                .recoverWithItem(failure -> {
                  LOG.errorf(failure, "%s is not sent again", state.server().name());
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
    return dispatch
        .send(order, wait)
        .chain(outcome -> outcome
            .statement()
            .map(stated -> record(state, stated, also)
                .map(after -> new Delivered(outcome, after))
                .onFailure()
                .recoverWithItem(failure -> {
                  LOG.errorf(
                      failure, "what %s stated is not recorded", state.server().name());
                  return new Delivered(new Unknown("the statement could not be recorded"), state);
                }))
            .orElseGet(() -> Uni.createFrom().item(new Delivered(outcome, state))));
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
    return change
        .note(in -> {
          servers.write(in, before, after);
          before.ending().stream()
              .filter(stated::provesGone)
              .forEach(
                  grant -> receipts.add(in, Receipt.of(grant, before.server().name(), stated)));
          also.accept(in, stated);
        })
        .replaceWith(after);
  }

  /** The table may have been restored from a backup: then our generation goes above the server's. */
  private Uni<ServerState> current(ServerState of, Stale stale) {
    var name = of.server().name();
    return Uni.createFrom()
        .deferred(() -> read(name).chain(now -> {
          if (stale.observation().generation() <= now.server().generation()) {
            return Uni.createFrom().item(now);
          }
          LOG.errorf(
              "%s has carried out generation %d, and we know of %d; was the table restored?",
              name, stale.observation().generation(), now.server().generation());
          var above = now.above(stale.observation().generation(), clock.instant());
          return change.note(in -> servers.write(in, now, above)).replaceWith(above);
        }))
        .onFailure(Changed.class)
        .retry()
        .atMost(RETRIES);
  }

  private Uni<ServerState> read(ServerName name) {
    return servers
        .find(name)
        .map(found -> found.orElseThrow(
            () -> new IllegalStateException("the server " + name + " is gone meanwhile")));
  }
}
