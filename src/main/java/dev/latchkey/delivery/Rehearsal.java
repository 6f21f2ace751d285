package dev.latchkey.delivery;

import dev.latchkey.api.DryRun;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.OrderOutcome.Declined;
import dev.latchkey.delivery.OrderOutcome.Running;
import dev.latchkey.delivery.OrderOutcome.Stale;
import dev.latchkey.delivery.OrderOutcome.Stated;
import dev.latchkey.delivery.OrderOutcome.Unknown;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.StatedRehearsal;
import dev.latchkey.server.StatedRehearsal.Change;
import dev.latchkey.server.StatedRehearsalReader;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * What a server would make of an order: it is asked, and the function is told that nobody knows what became of its order, as
 * is true.
 */
final class Rehearsal {
  private static final OrderOutcome NOT_SENT = new Unknown("this was a dry run");

  private Rehearsal() {}

  /** Notes an order that may never be waited for. */
  static Uni<Void> begun(Order order) {
    return note(order, unknown("what would change there was not waited for"));
  }

  /** @return of a look the outcome, as it decides what the function does; of anything else nothing */
  static Uni<OrderOutcome> ended(Order order, OrderOutcome outcome) {
    return order.wanted().isEmpty()
        ? Uni.createFrom().item(outcome)
        : note(order, row(order.server(), outcome)).replaceWith(NOT_SENT);
  }

  private static Uni<Void> note(Order order, Data.Hash row) {
    return order
        .wanted()
        .map(state -> DryRun.note(
            order.server().value(),
            Data.hash().with("generation", state.server().generation()).with(row)))
        .orElseGet(() -> Uni.createFrom().voidItem());
  }

  private static Data.Hash row(ServerName server, OrderOutcome outcome) {
    if (outcome instanceof Stated stated) {
      return StatedRehearsalReader.read(stated.observation())
          .map(Rehearsal::row)
          .orElseGet(() -> unknown(server + " does not say what would change there"));
    }
    if (outcome instanceof Declined declined && declined.observation().isWithoutAgent()) {
      return unknown(
          server + " does not have the agent of this release, which comes with its next order");
    }
    if (outcome instanceof Stale) {
      return unknown(server + " has carried out an order that is not known here");
    }
    return unknown(
        outcome instanceof Running || outcome instanceof Unknown
            ? server + " did not say in time what would change there"
            : Explanation.of(server, outcome));
  }

  private static Data.Hash row(StatedRehearsal stated) {
    var would =
        new Data.Sequence(stated.would().stream().<Data>map(Rehearsal::change).toList());
    return stated
        .refused()
        .map(why -> DryRun.refused(why, would))
        .orElseGet(() -> stated.isWhole()
            ? DryRun.row(true, DryRun.OK, would)
            : DryRun.row(false, String.join("; ", stated.unknown()), would));
  }

  private static Data.Hash change(Change stated) {
    return Data.hash()
        .with("what", stated.what())
        .with("user", stated.user().map(Data::text))
        .with("file", stated.file().map(Data::text))
        .with("door", stated.door().map(Data::text))
        .with("change", stated.change());
  }

  private static Data.Hash unknown(String why) {
    return DryRun.row(false, why + ".", new Data.Sequence(List.of()));
  }
}
