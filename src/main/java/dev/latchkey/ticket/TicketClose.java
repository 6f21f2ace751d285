package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.QUERY;
import static dev.latchkey.api.Permission.RUN_COMMAND;
import static dev.latchkey.api.Permission.TRANSACT;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.GrantEnding;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;

/** Closes a ticket and ends every access that it was granted (an extension). */
@Singleton
@Path(TicketClose.NAME)
public final class TicketClose extends WhmFunction {
  static final String NAME = "ticket_close";

  private final Portal portal;
  private final TicketTable tickets;
  private final ServerTable servers;
  private final GrantEnding ending;
  private final Change change;

  @Inject
  TicketClose(
      Portal portal, TicketTable tickets, ServerTable servers, GrantEnding ending, Change change) {
    super(Declaration.of(NAME, "Closes a ticket and takes its vendor off all its servers.")
        .requires(Privilege.SUPPORT_ACCESS)
        .changes()
        .needs(QUERY, TRANSACT, RUN_COMMAND)
        .takes(TicketParameters.TICKET_ID, ServerParameters.WAIT)
        .answers(
            Field.number("ticket_id", "The ticket's number."),
            Field.text("ticket_status", "CLOSED."),
            Field.number("revoked_keys", "How many keys are proven gone."))
        .extension());
    this.portal = portal;
    this.tickets = tickets;
    this.servers = servers;
    this.ending = ending;
    this.change = change;
  }

  /** The closed ticket, and the servers that it still was granted access to. */
  private record Closed(Ticket ticket, List<ServerState> on) {}

  @Override
  public Uni<Answer> answer(Call call) {
    return Change.retrying(() -> portal.ticket(call).chain(ticket -> close(call, ticket)))
        .chain(closed -> Unis.all(closed.on(), state -> ending.deliver(call, state))
            .map(delivered -> answer(closed, delivered)));
  }

  private Uni<Closed> close(Call call, Ticket ticket) {
    return Unis.all(ticket.grantedServers(), servers::find).chain(found -> {
      var on = found.stream()
          .flatMap(Optional::stream)
          .filter(state -> !state.grantsOf(ticket.id()).isEmpty())
          .toList();
      var after =
          on.stream().map(state -> state.endingAll(ticket.id(), call.at())).toList();
      if (!ticket.isOpen() && after.equals(on)) {
        return Uni.createFrom().item(new Closed(ticket, on));
      }
      return change
          .commit(call, ticket.owner(), "closed ticket " + ticket.id(), in -> {
            tickets.change(in, ticket, ticket.closed());
            for (var i = 0; i < on.size(); i++) {
              if (!after.get(i).equals(on.get(i))) {
                servers.write(in, on.get(i), after.get(i));
              }
            }
          })
          .replaceWith(new Closed(ticket, after));
    });
  }

  private static Answer answer(Closed closed, List<Delivered> delivered) {
    var id = closed.ticket().id();
    var left = delivered.stream()
        .flatMap(result -> result.state().grantsOf(id).stream()
            .map(grant -> GrantVerdict.whyNotProven(grant, result)))
        .toList();
    var ended =
        closed.on().stream().mapToInt(state -> state.grantsOf(id).size()).sum() - left.size();
    var data = Data.hash()
        .with("ticket_id", id)
        .with("ticket_status", Ticket.Status.CLOSED.name())
        .with("revoked_keys", ended);
    return left.isEmpty() ? Answer.of(data) : Answer.failed(String.join(" ", left), data);
  }
}
