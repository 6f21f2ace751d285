package dev.latchkey.ticket;

import dev.latchkey.server.GrantKey;
import dev.latchkey.server.Receipt;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.ticket.Ticket.Place;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a ticket was granted access that nobody proved gone, and of which no server is asked any more: it was removed, and
 * its grants with it. A line each.
 */
final class Unproven {
  private Unproven() {}

  /**
   * @param places which of those where it was granted access are meant
   * @param on the servers of the ticket that are there
   * @param receipts those of the ticket, the newest of each place among them
   */
  static List<String> of(
      Ticket ticket, List<Place> places, List<ServerState> on, List<Receipt> receipts) {
    return places.stream()
        .flatMap(place -> ticket.server(place.number()).stream()
            .map(name -> new GrantKey(name, ticket.id(), place.user()))
            .filter(key -> !isProven(key, ticket.given(), place, receipts))
            .flatMap(key -> line(key, on)))
        .toList();
  }

  /** A receipt of an earlier grant of the place says nothing of the last one. */
  private static boolean isProven(GrantKey key, Given given, Place place, List<Receipt> receipts) {
    return receipts.stream()
        .filter(
            receipt -> receipt.server().equals(key.server()) && receipt.user().equals(key.user()))
        .anyMatch(receipt -> given
            .lastOf(place)
            .filter(last -> receipt.grantedAt().isBefore(last.at())
                || receipt.generation() <= last.generation())
            .isEmpty());
  }

  private static Stream<String> line(GrantKey key, List<ServerState> on) {
    var state = find(key.server(), on);
    if (state.filter(there -> there.find(key.ticket(), key.user()).isPresent()).isPresent()) {
      return Stream.empty();
    }
    return Stream.of(
        key.server() + " as " + key.user() + ": "
            + (state.isEmpty()
                ? "the server was removed"
                : "there is no receipt, as the server never had the grant, or was removed and registered again"));
  }

  private static Optional<ServerState> find(ServerName name, List<ServerState> on) {
    return on.stream().filter(state -> state.server().name().equals(name)).findFirst();
  }
}
