package dev.latchkey.ticket;

import dev.latchkey.api.Call;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Dispatch;
import dev.latchkey.delivery.Order;
import dev.latchkey.delivery.OrderOutcome;
import dev.latchkey.delivery.OrderOutcome.Running;
import dev.latchkey.delivery.OrderOutcome.Unknown;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.ticket.SshTestTable.Begun;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Tests of what the vendor of a ticket would come to: begun by one call, and told to the next one that asks. */
@Singleton
class SshTests {
  /** What was found longer ago may have been mended since, and what has not ended by then will not. */
  static final Duration FRESH = Duration.ofSeconds(60);

  /** A test alters nothing, so that it may be late by the server's clock. */
  private static final Duration VALID = Duration.ofMinutes(10);

  private final SshTestTable table;
  private final Dispatch dispatch;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  SshTests(SshTestTable table, Dispatch dispatch, Convergence convergence, Clock clock) {
    this.table = table;
    this.dispatch = dispatch;
    this.convergence = convergence;
    this.clock = clock;
  }

  /** Sends a test that {@link #outcome} is to tell of; the outcome is {@link Running}, or why it could not be sent. */
  Uni<OrderOutcome> begin(Call call, long ticket, long number, ServerState on) {
    return dispatch
        .begin(test(call, ticket, on))
        .call(outcome -> remember(call, ticket, number, outcome));
  }

  /** What became of the test that was begun last, or of a new one; {@link Running} where it has not ended in time. */
  Uni<OrderOutcome> outcome(Call call, long ticket, long number, ServerState on) {
    return table
        .find(ticket, number)
        .chain(begun -> begun
            .map(last -> last(call, ticket, number, on, last))
            .orElseGet(() -> anew(call, ticket, number, on)));
  }

  private Uni<OrderOutcome> last(Call call, long ticket, long number, ServerState on, Begun begun) {
    var isOld = Duration.between(begun.at(), clock.instant()).compareTo(FRESH) > 0;
    return dispatch
        .await(
            Order.observe(begun.request(), on.server()),
            new Running(begun.command()),
            isOld ? Duration.ZERO : ServerParameters.patience(call, clock.instant()))
        .chain(outcome -> {
          if (outcome instanceof Running && !isOld) {
            return Uni.createFrom().item(outcome);
          }
          return table.forget(ticket, number, begun).chain(() -> {
            if (outcome instanceof Running) {
              return Uni.createFrom()
                  .item(new Unknown("it has not ended for " + FRESH.toSeconds() + " seconds"));
            }
            return isOld || Dispatch.isWithoutAgent(outcome)
                ? anew(call, ticket, number, on)
                : recorded(on, outcome);
          });
        });
  }

  private Uni<OrderOutcome> anew(Call call, long ticket, long number, ServerState on) {
    var order = test(call, ticket, on);
    return dispatch
        .begin(order)
        .chain(sent -> sent instanceof Running running
            ? dispatch.await(order, running, ServerParameters.patience(call, clock.instant()))
            : Uni.createFrom().item(sent))
        .call(outcome -> remember(call, ticket, number, outcome))
        .chain(outcome -> Dispatch.isWithoutAgent(outcome)
            ? convergence
                .send(on, order, ServerParameters.patience(call, clock.instant()))
                .map(Delivered::outcome)
            : recorded(on, outcome));
  }

  private Uni<Void> remember(Call call, long ticket, long number, OrderOutcome outcome) {
    return outcome instanceof Running running
        ? table.remember(
            ticket, number, new Begun(running.command(), call.request(), clock.instant()))
        : Uni.createFrom().voidItem();
  }

  private Uni<OrderOutcome> recorded(ServerState on, OrderOutcome outcome) {
    return outcome
        .statement()
        .map(stated -> convergence.record(on, stated).replaceWith(outcome))
        .orElseGet(() -> Uni.createFrom().item(outcome));
  }

  private Order test(Call call, long ticket, ServerState on) {
    return Order.observe(call.request(), on.server())
        .with(Data.hash()
            .with("verb", "test_ssh")
            .with("not_after", clock.instant().plus(VALID).getEpochSecond())
            .with("ticket", ticket));
  }
}
