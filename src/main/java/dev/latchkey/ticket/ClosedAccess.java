package dev.latchkey.ticket;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.latchkey.change.Change;
import dev.latchkey.server.Grant;
import dev.latchkey.server.GrantKey;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** Closed tickets that are not proven gone everywhere: they lie among the open ones, which are limited, and no others do. */
@Singleton
class ClosedAccess {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");

  private final TicketTable tickets;
  private final ServerTable servers;
  private final Change change;

  @Inject
  ClosedAccess(TicketTable tickets, ServerTable servers, Change change) {
    this.tickets = tickets;
    this.servers = servers;
    this.change = change;
  }

  /** One read, whatever was ever closed. */
  Uni<List<ListedTicket>> ownedBy(String owner) {
    return tickets
        .counted(owner)
        .map(all ->
            all.whole().stream().filter(listed -> !listed.ticket().isOpen()).toList());
  }

  /**
   * The grants of these tickets that are not proven gone, by server. A ticket that has none is listed among the closed ones
   * from then on; it was left where it is by a release that did not move it, or by a crash.
   */
  Uni<Map<ServerName, List<Grant>>> standing(List<ListedTicket> closed) {
    var keys =
        closed.stream().flatMap(listed -> listed.ticket().grantKeys().stream()).toList();
    return servers.grantsNow(keys).chain(grants -> {
      var gone = closed.stream()
          .filter(listed -> listed.ticket().grantKeys().stream().noneMatch(grants::containsKey))
          .toList();
      return move(gone).replaceWith(byServer(grants));
    });
  }

  private static Map<ServerName, List<Grant>> byServer(Map<GrantKey, Grant> grants) {
    return grants.entrySet().stream()
        .collect(groupingBy(
            entry -> entry.getKey().server(),
            () -> new TreeMap<>((a, b) -> a.value().compareTo(b.value())),
            mapping(Map.Entry::getValue, toList())));
  }

  /** At most as many as one call takes, two items each; where it fails, another call does it. */
  private Uni<Void> move(List<ListedTicket> gone) {
    return gone.isEmpty()
        ? Uni.createFrom().voidItem()
        : change
            .note(in -> gone.forEach(listed -> tickets.move(in, listed)))
            .onFailure()
            .recoverWithUni(failure -> {
              LOG.warnf("closed tickets stay listed among the open ones: %s", failure);
              return Uni.createFrom().voidItem();
            });
  }
}
