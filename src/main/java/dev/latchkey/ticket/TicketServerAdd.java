package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_TICKETS;
import static dev.latchkey.api.Permission.READ_SERVERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.data.Data;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** Puts one more server into a ticket (an extension). */
@Singleton
@Path(TicketServerAdd.NAME)
public final class TicketServerAdd extends WhmFunction {
  static final String NAME = "ticket_server_add";

  private final Portal portal;
  private final ServerChoice choice;
  private final TicketTable tickets;
  private final Change change;

  @Inject
  TicketServerAdd(Portal portal, ServerChoice choice, TicketTable tickets, Change change) {
    super(Declaration.of(NAME, "Puts one more server into a ticket and tells its number.")
        .numbered(28)
        .requires(Privilege.SUPPORT_ACCESS)
        .changes()
        .needs(CHANGE_TICKETS, READ_SERVERS)
        .takes(TicketParameters.TICKET_ID, ServerParameters.SERVER)
        .answers(
            Field.number("ticket_id", "The ticket's number."),
            Field.number("server_num", "The number of the server inside the ticket."),
            Field.text("server_name", "The server's name."))
        .aboutServer()
        .extension());
    this.portal = portal;
    this.choice = choice;
    this.tickets = tickets;
    this.change = change;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return Change.retrying(() -> portal
        .ticket(call)
        .chain(ticket -> choice.choose(call).chain(state -> add(call, ticket, state))));
  }

  private Uni<Answer> add(Call call, Ticket ticket, ServerState state) {
    var name = state.server().name();
    if (call.first().isEmpty()) {
      TicketParameters.refuseClosed(ticket);
    }
    if (ticket.servers().contains(name)) {
      return Uni.createFrom().item(answer(ticket, name));
    }
    if (ticket.servers().size() == Ticket.MOST_SERVERS) {
      throw TicketParameters.TICKET_ID.refused("ticket " + ticket.id() + " has "
          + Ticket.MOST_SERVERS + " servers already, which is the most.");
    }
    var after = ticket.with(name);
    return change
        .commit(
            call,
            ticket.owner(),
            "ticket " + ticket.id() + " with server " + name,
            in -> tickets.change(in, ticket, after))
        .replaceWith(() -> answer(after, name));
  }

  private static Answer answer(Ticket ticket, ServerName name) {
    return Answer.of(Data.hash()
            .with("ticket_id", ticket.id())
            .with("server_num", ticket.servers().indexOf(name) + 1)
            .with("server_name", name.value()))
        .about(name.value());
  }
}
