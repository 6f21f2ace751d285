package dev.latchkey.ticket;

import dev.latchkey.change.Change;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Items;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Takes over what earlier releases left: they listed closed tickets among the open ones for good. The first ticket that a
 * user makes after them counts the open ones, and moves the others on the way.
 */
@Singleton
class ClosedBefore {
  /** Two items each, in a transaction of at most 100. */
  private static final int AT_ONCE = 48;

  private final TicketTable tickets;
  private final ServerTable servers;
  private final Change change;

  @Inject
  ClosedBefore(TicketTable tickets, ServerTable servers, Change change) {
    this.tickets = tickets;
    this.servers = servers;
    this.change = change;
  }

  Uni<Integer> countOpen(String owner) {
    return tickets.counted(owner).map(Items::whole).chain(all -> {
      var old = all.stream()
          .filter(listed -> !listed.ticket().isOpen() && listed.standing().isEmpty())
          .toList();
      var open = (int) all.stream().filter(listed -> listed.ticket().isOpen()).count();
      return gone(old).chain(this::move).replaceWith(open);
    });
  }

  /** A closed ticket gets no new grant, so that what is gone stays gone. */
  private Uni<List<ListedTicket>> gone(List<ListedTicket> closed) {
    var keys =
        closed.stream().flatMap(listed -> listed.ticket().grantKeys().stream()).toList();
    return servers
        .grantsNow(keys)
        .map(grants -> closed.stream()
            .filter(listed -> listed.ticket().grantKeys().stream().noneMatch(grants::containsKey))
            .toList());
  }

  private Uni<Void> move(List<ListedTicket> gone) {
    if (gone.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    var now = gone.subList(0, Math.min(AT_ONCE, gone.size()));
    return change
        .note(in -> now.forEach(listed -> tickets.move(in, listed)))
        .chain(() -> move(gone.subList(now.size(), gone.size())));
  }
}
