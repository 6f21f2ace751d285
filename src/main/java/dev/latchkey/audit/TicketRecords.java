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
   * How it stands.
   *
   * @param granted where it was ever granted access, such as “web01 as root”
   * @param standing where of that access stands or is not proven gone
   * @param unproven where nobody proved it gone and nobody asks any more, with the reason
   * @param others of whom servers of it are, or were when it was granted access there, beside its owner
   * @param receipts as {@code ticket_receipt} shows them, the newest first
   * @param more whether there are more of them
   */
  record State(
      String status,
      List<String> servers,
      List<String> granted,
      List<String> standing,
      List<String> unproven,
      List<String> others,
      List<Data> receipts,
      boolean more) {}

  Uni<State> state(Known of);
}
