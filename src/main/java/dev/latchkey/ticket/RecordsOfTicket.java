package dev.latchkey.ticket;

import dev.latchkey.audit.TicketRecords;
import dev.latchkey.data.Data;
import dev.latchkey.server.Receipt;
import dev.latchkey.server.ReceiptTable;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What an export of the audit says of a ticket beside its entries. */
@Singleton
class RecordsOfTicket implements TicketRecords {
  /** Of a file, in which there are some 24,000 characters of each at most. */
  private static final int MOST_RECEIPTS = 50;

  private static final Instant END = Instant.ofEpochSecond(253_402_300_799L);

  private final TicketTable tickets;
  private final ServerTable servers;
  private final ReceiptTable receipts;

  @Inject
  RecordsOfTicket(TicketTable tickets, ServerTable servers, ReceiptTable receipts) {
    this.tickets = tickets;
    this.servers = servers;
    this.receipts = receipts;
  }

  @Override
  public Uni<Optional<Known>> find(long id) {
    return tickets
        .find(id)
        .map(found ->
            found.map(ticket -> new Known(ticket.id(), ticket.owner(), ticket.createdAt())));
  }

  @Override
  public Uni<State> state(Known of) {
    return tickets.find(of.id()).chain(found -> {
      var ticket = found.orElseThrow();
      return Uni.combine()
          .all()
          .unis(receipts(ticket), Unis.all(ticket.servers(), servers::find))
          .with((proven, on) ->
              state(ticket, proven, on.stream().flatMap(Optional::stream).toList()));
    });
  }

  private Uni<List<Receipt>> receipts(Ticket ticket) {
    return Unis.all(
            ticket.grantKeys(), place -> receipts.newestFirst(place, END, MOST_RECEIPTS + 1))
        .map(all -> all.stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparing(Receipt::statedAt).reversed())
            .toList());
  }

  private static State state(Ticket ticket, List<Receipt> proven, List<ServerState> on) {
    return new State(
        ticket.status().toString(),
        ticket.servers().stream().map(ServerName::value).toList(),
        ticket.grantKeys().stream()
            .map(key -> key.server() + " as " + key.user())
            .toList(),
        on.stream()
            .flatMap(state -> state.grantsOf(ticket.id()).stream()
                .map(grant -> state.server().name() + " as " + grant.user()))
            .toList(),
        Unproven.of(ticket, ticket.granted(), on, proven),
        Stream.concat(
                on.stream().map(state -> state.server().owner()), ticket.given().owners().stream())
            .filter(owner -> !owner.equals(ticket.owner()))
            .distinct()
            .sorted()
            .toList(),
        proven.stream().limit(MOST_RECEIPTS).<Data>map(ReceiptData::of).toList(),
        proven.size() > MOST_RECEIPTS);
  }
}
