package dev.latchkey.delivery;

import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Begun;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.OrderOutcome.Running;
import dev.latchkey.delivery.OrderOutcome.Unknown;
import dev.latchkey.server.LookTable;
import dev.latchkey.server.LookTable.Look;
import dev.latchkey.server.ServerState;
import dev.latchkey.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/**
 * Looks at servers that readers share: one that is under way, or seconds old, answers the next call too. So a server of which
 * nothing changes is looked at once in a while however many readers ask. A change makes the last look worth nothing, and the
 * next one begins two seconds after it at the soonest, so that readers do not stand in the way of orders.
 */
@Singleton
public class SharedLooks {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration LONGER = Duration.ofMillis(400);

  /** The look is worth as much later; by the server's own clock. */
  private static final Duration VALID = Duration.ofMinutes(10);

  private final LookTable table;
  private final Dispatch dispatch;
  private final Convergence convergence;
  private final Clock clock;
  private final Duration age;

  @Inject
  SharedLooks(
      LookTable table, Dispatch dispatch, Convergence convergence, Clock clock, Settings settings) {
    this(table, dispatch, convergence, clock, settings.sharedLook());
  }

  SharedLooks(
      LookTable table, Dispatch dispatch, Convergence convergence, Clock clock, Duration age) {
    this.table = table;
    this.dispatch = dispatch;
    this.convergence = convergence;
    this.clock = clock;
    this.age = age;
  }

  /**
   * What the server states now, root's keys included, or stated to somebody else within the last seconds, with nothing
   * recorded of it since. It is the same for all, whatever they show of it.
   */
  public Uni<Delivered> look(ServerState state, String request, Duration wait) {
    var order = Order.observe(request, state.server())
        .with(Data.hash()
            .with("verb", "list_logins")
            .with("not_after", clock.instant().plus(VALID).getEpochSecond()));
    return look(state, order, wait);
  }

  private Uni<Delivered> look(ServerState state, Order order, Duration wait) {
    if (age.isZero()) {
      return convergence.send(state, order, wait);
    }
    var deadline = Deadline.in(wait);
    return table
        .begin(state.server(), order.request(), clock.instant(), age)
        .chain(other -> other
            .map(look -> look.isOfNow()
                ? shared(state, look, order, deadline)
                : later(state, order, deadline))
            .orElseGet(() -> own(state, order, deadline)));
  }

  private Uni<Delivered> later(ServerState state, Order order, Deadline deadline) {
    return deadline.isOver()
        ? Uni.createFrom()
            .item(new Delivered(
                new Unknown("it was looked at a moment ago and was changed since; ask again"),
                state))
        : Uni.createFrom()
            .voidItem()
            .onItem()
            .delayIt()
            .by(deadline.orSooner(LONGER))
            .chain(() -> look(state, order, deadline.left()));
  }

  private Uni<Delivered> own(ServerState state, Order order, Deadline deadline) {
    var name = state.server().name();
    return dispatch
        .begin(order)
        .call(outcome -> outcome instanceof Running running
            ? table.sent(name, order.request(), running.command())
            : table.notSent(name, order.request()))
        .chain(outcome ->
            convergence.await(new Begun(state, order.request(), order, outcome), deadline.left()))
        .chain(convergence::record);
  }

  /** It is recorded by the one whose look it is. */
  private Uni<Delivered> shared(ServerState state, Look look, Order order, Deadline deadline) {
    if (look.command().isEmpty()) {
      return deadline.isOver()
          ? Uni.createFrom().item(new Delivered(new Unknown("a look has only just begun"), state))
          : Uni.createFrom()
              .voidItem()
              .onItem()
              .delayIt()
              .by(deadline.orSooner(PAUSE))
              .chain(() -> table.again(state.server().name(), look))
              .chain(now -> now.map(next -> shared(state, next, order, deadline))
                  .orElseGet(() -> look(state, order, deadline.left())));
    }
    return dispatch
        .await(
            Order.observe(look.request(), state.server()),
            new Running(look.command().get()),
            deadline.left())
        .chain(outcome -> Dispatch.isWithoutAgent(outcome)
            ? convergence.send(state, order, deadline.left())
            : Uni.createFrom().item(new Delivered(outcome, state)));
  }
}
