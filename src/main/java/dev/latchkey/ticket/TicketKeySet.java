package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_TICKETS;
import static dev.latchkey.ticket.TicketParameters.FROM;
import static dev.latchkey.ticket.TicketParameters.KEY;
import static dev.latchkey.ticket.TicketParameters.SSH_USERNAME;
import static dev.latchkey.ticket.TicketParameters.TICKET_ID;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** Gives a ticket a vendor's key, source ranges or login user of its own, for grants from then on (an extension). */
@Singleton
@Path(TicketKeySet.NAME)
public final class TicketKeySet extends WhmFunction {
  static final String NAME = "ticket_key_set";

  private final Portal portal;
  private final TicketTable tickets;
  private final Change change;

  @Inject
  TicketKeySet(Portal portal, TicketTable tickets, Change change) {
    super(Declaration.of(NAME, "Says how the vendor of a ticket logs in.")
        .numbered(24)
        .requires(Privilege.SUPPORT_ACCESS)
        .changes()
        .needs(CHANGE_TICKETS)
        .takes(TICKET_ID, KEY, FROM, SSH_USERNAME)
        .answers(TicketData.ACCESS)
        .answers(Field.number("ticket_id", "The ticket's number."))
        .extension());
    this.portal = portal;
    this.tickets = tickets;
    this.change = change;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var given = TicketParameters.access(call);
    if (given.equals(VendorAccess.NONE)) {
      throw KEY.refused("is missing; give “key”, “from” or “ssh_username”.");
    }
    return Change.retrying(() -> portal.ticket(call).chain(ticket -> {
      TicketParameters.refuseClosed(ticket);
      var after = ticket.with(given.orElse(ticket.own()));
      var what = "ticket " + ticket.id() + " " + TicketData.describe(after.own());
      return change
          .commit(call, ticket.owner(), what, in -> tickets.change(in, ticket, after))
          .replaceWith(() -> answer(after));
    }));
  }

  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    return portal.ticket(call).map(ticket -> {
      if (!TicketParameters.access(call).orElse(ticket.own()).equals(ticket.own())) {
        throw first.over("Ticket " + ticket.id() + " was given another key, other source ranges or"
            + " another login user since; ticket_list shows it.");
      }
      return answer(ticket);
    });
  }

  private static Answer answer(Ticket ticket) {
    return Answer.of(TicketData.of(ticket.own()).with("ticket_id", ticket.id()));
  }
}
