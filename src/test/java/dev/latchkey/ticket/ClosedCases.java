package dev.latchkey.ticket;

import dev.latchkey.server.ClosedTicketTable;
import dev.latchkey.server.Grant;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerTable;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.store.Item;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Keys;
import dev.latchkey.ticket.Ticket.Place;
import dev.latchkey.ticket.Ticket.Status;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Closed tickets in the table, each with a grant that no server has proven gone. */
@Singleton
@Unremovable
class ClosedCases {
  @Inject
  Store store;

  @Inject
  ServerTable servers;

  /** @param count 30 at most, so that one transaction makes them */
  void make(String owner, String server, long first, int count) {
    make(owner, server, first, count, Optional.of(1L), true);
  }

  /**
   * @param standing what their listed items say; empty for those that an earlier release closed
   * @param ending whether the end of the grants is wanted
   */
  void make(
      String owner, String server, long first, int count, Optional<Long> standing, boolean ending) {
    var name = new ServerName(server);
    var now = Instant.now();
    var before = servers.find(name).await().indefinitely().orElseThrow();
    var after = before;
    var in = store.transaction();
    for (var i = 0; i < count; i++) {
      var ticket = ticket(owner, name, first + i, now);
      after = after.with(grant(ticket.id(), now), now);
      if (ending) {
        after = after.endingAll(ticket.id(), TicketItem.listedKey(ticket).sk(), now);
      }
      in.put(TicketItem.write(ticket));
      in.put(TicketItem.writeListed(ticket)
          .with(ClosedTicketTable.STANDING, standing.map(Item::number)));
    }
    servers.write(in, before, after);
    store.write(in).await().indefinitely();
  }

  /** One that nothing stands of, left among the open ones. */
  void leave(String owner, String server, long id, Optional<Long> standing) {
    var ticket = ticket(owner, new ServerName(server), id, Instant.now());
    var in = store.transaction();
    in.put(TicketItem.write(ticket));
    in.put(TicketItem.writeListed(ticket)
        .with(ClosedTicketTable.STANDING, standing.map(Item::number)));
    store.write(in).await().indefinitely();
  }

  private static Ticket ticket(String owner, ServerName server, long id, Instant now) {
    return new Ticket(
        id,
        owner,
        SecureId.of("rofh411bv8").digest(),
        "Stub ticket",
        Status.CLOSED,
        List.of(server),
        VendorAccess.NONE,
        List.of(new Place(1, SshUser.ROOT)),
        Given.NONE,
        now,
        2);
  }

  private static Grant grant(long ticket, Instant now) {
    return Grant.wished(
        ticket,
        1,
        SshUser.ROOT,
        PublicKey.parse(Keys.ed25519()),
        SourceRanges.ofCidrs("192.0.2.0/24"),
        now,
        now.plusSeconds(3600));
  }

  Map<String, Item> listed(String owner) {
    return store.query(ClosedTicketTable.OPEN, owner + "#").await().indefinitely().stream()
        .collect(java.util.stream.Collectors.toMap(item -> item.getText("sk"), item -> item));
  }
}
