package dev.latchkey.ticket;

import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.server.ServerName;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The ticket of the founding documents, with the number that they have. */
@Singleton
@Unremovable
public class DocumentedTicket {
  public static final long ID = 999_999_999;
  public static final String SECRET = "rofh411bv8";

  @Inject
  Store store;

  /** It becomes this owner's, whoever had it in another test. */
  public void of(Account owner, FolderServer... servers) {
    var ticket = new Ticket(
        ID,
        owner.user(),
        SecureId.of(SECRET).digest(),
        "Stub ticket",
        Ticket.Status.OPEN,
        Stream.of(servers).map(server -> new ServerName(server.name())).toList(),
        VendorAccess.NONE,
        List.of(),
        Given.NONE,
        Instant.now(),
        1);
    var transaction = store.transaction();
    transaction.put(TicketItem.write(ticket)).put(TicketItem.writeListed(ticket));
    store.write(transaction).await().indefinitely();
  }
}
