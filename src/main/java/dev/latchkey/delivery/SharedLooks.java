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
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

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
    return look(state, order(request).apply(state), wait);
  }

  /**
   * The same of several servers, with one command for all looks that have to begin.
   *
   * @return what becomes of each, in their order
   */
  public Uni<List<Uni<Delivered>>> look(List<ServerState> states, String request, Duration wait) {
    var deadline = Deadline.in(wait);
    var order = order(request);
    return Unis.fewAtATime(states, state -> other(state, order.apply(state))).chain(others -> {
      var own = IntStream.range(0, states.size())
          .filter(i -> others.get(i).isEmpty())
          .mapToObj(states::get)
          .toList();
      return convergence
          .begin(own, order)
          .call(begun -> Unis.fewAtATime(begun, this::note))
          .map(begun -> {
            var sent = begun.iterator();
            return IntStream.range(0, states.size())
                .mapToObj(i -> others
                    .get(i)
                    .map(look -> other(states.get(i), look, order.apply(states.get(i)), deadline))
                    .orElseGet(() -> ended(sent.next(), deadline)))
                .toList();
          });
    });
  }

  private Function<ServerState, Order> order(String request) {
    var action = Data.hash()
        .with("verb", "list_logins")
        .with("not_after", clock.instant().plus(VALID).getEpochSecond());
    return state -> Order.observe(request, state.server()).with(action);
  }

  private Uni<Delivered> look(ServerState state, Order order, Duration wait) {
    var deadline = Deadline.in(wait);
    return other(state, order)
        .chain(other -> other
            .map(look -> other(state, look, order, deadline))
            .orElseGet(() -> own(state, order, deadline)));
  }

  /** The look that answers for this one too, or that it may not follow yet. */
  private Uni<Optional<Look>> other(ServerState state, Order order) {
    return age.isZero()
        ? Uni.createFrom().item(Optional.empty())
        : table.begin(state.server(), order.request(), clock.instant(), age);
  }

  private Uni<Delivered> other(ServerState state, Look look, Order order, Deadline deadline) {
    return look.isOfNow() ? shared(state, look, order, deadline) : later(state, order, deadline);
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
    return dispatch
        .begin(order)
        .map(outcome -> new Begun(state, order.request(), order, outcome))
        .call(this::note)
        .chain(begun -> ended(begun, deadline));
  }

  /** Tells the others where the answer will be. */
  private Uni<Void> note(Begun begun) {
    if (age.isZero()) {
      return Uni.createFrom().voidItem();
    }
    var name = begun.state().server().name();
    return begun.outcome() instanceof Running running
        ? table.sent(name, begun.request(), running.command())
        : table.notSent(name, begun.request());
  }

  private Uni<Delivered> ended(Begun begun, Deadline deadline) {
    return convergence.await(begun, deadline.left()).chain(convergence::record);
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
