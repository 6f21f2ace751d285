package dev.latchkey.ticket;

import dev.latchkey.server.Grant;
import dev.latchkey.server.GrantKey;
import dev.latchkey.server.ServerTable;
import dev.latchkey.server.TicketedGrants;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;

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
  public Uni<Map<GrantKey, Grant>> of(String owner) {
    return tickets
        .counted(owner)
        .chain(all -> servers.grantsNow(
            all.stream().flatMap(listed -> listed.ticket().grantKeys().stream()).toList()));
  }
}
