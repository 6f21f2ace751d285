package dev.latchkey.ticket;

import dev.latchkey.access.Caller;
import dev.latchkey.api.Call;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Where tickets, and with them keys, come from. WHM asks the vendor's customer portal; this one is built in and keeps
 * them in the table. The client of a remote one would answer the same two questions.
 */
@Singleton
class Portal {
  private final TicketTable tickets;

  @Inject
  Portal(TicketTable tickets) {
    this.tickets = tickets;
  }

  /** @param access what the ticket brings, and the owner's profile for the rest */
  record Case(Ticket ticket, VendorAccess access) {}

  /** @throws dev.latchkey.api.WhmFailure when there is no such ticket that the caller may use */
  Uni<Ticket> ticket(Call call) {
    var id = TicketParameters.TICKET_ID.from(call);
    return tickets.find(id).map(found -> reachable(found, id, call.caller()));
  }

  /** The same with the vendor's access: one read, and one more for the profile of another owner. */
  Uni<Case> open(Call call) {
    var id = TicketParameters.TICKET_ID.from(call);
    var asks = call.caller().user().name();
    return tickets.find(id, asks).chain(found -> {
      var ticket = reachable(found.ticket(), id, call.caller());
      var profile = ticket.owner().equals(asks)
          ? Uni.createFrom().item(found.profile())
          : tickets.findProfile(ticket.owner()).map(of -> of.map(VendorProfile::access));
      return profile.map(of -> new Case(ticket, ticket.own().orElse(of.orElse(VendorAccess.NONE))));
    });
  }

  private static Ticket reachable(Optional<Ticket> found, long id, Caller caller) {
    return found
        .filter(ticket -> caller.reaches(ticket.owner()))
        .orElseThrow(() -> TicketParameters.unknown(id));
  }
}
