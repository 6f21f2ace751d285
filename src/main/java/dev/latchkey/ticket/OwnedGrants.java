package dev.latchkey.ticket;

import dev.latchkey.server.ServerTable;
import dev.latchkey.server.TicketedGrants;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Of the tickets that are open or not proven gone: nothing of the others stands. */
@Singleton
class OwnedGrants implements TicketedGrants {
  private final TicketTable tickets;
  private final ServerTable servers;

  @Inject
  OwnedGrants(TicketTable tickets, ServerTable servers) {
    this.tickets = tickets;
    this.servers = servers;
  }

  @Override
  public Uni<Owned> of(String owner) {
    return tickets
        .counted(owner)
        .chain(all -> servers
            .eachGrantNow(all.read().stream()
                .flatMap(listed -> listed.ticket().grantKeys().stream())
                .toList())
            .map(grants -> new Owned(
                grants.known(), all.damaged().isEmpty() && grants.damaged().isEmpty())));
  }
}
