package dev.latchkey.audit;

import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is known of a ticket beside its entries; the room of tickets answers. */
public interface TicketRecords {
  /** A ticket, whoever owns it. */
  record Known(long id, String owner, Instant createdAt) {}

  Uni<Optional<Known>> find(long id);

  /**
   * How it stands: its status, its servers, what of its access is not proven gone, and of whom servers of it are beside its
   * owner.
   *
   * @param receipts as {@code ticket_receipt} shows them, the newest first
   * @param more whether there are more of them
   */
  record State(
      String status,
      List<String> servers,
      List<String> standing,
      List<String> others,
      List<Data> receipts,
      boolean more) {}

  Uni<State> state(Known of);
}
