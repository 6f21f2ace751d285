package dev.latchkey.ticket;

import dev.latchkey.server.GrantKey;
import dev.latchkey.server.ServerName;
import dev.latchkey.ssh.SshUser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A support case.
 *
 * @param id from 100,000,000 to 999,999,999
 * @param secureIdDigest SHA-256 of its secret
 * @param servers in the order of their numbers: {@code server_num} is the place in this list, from 1
 * @param own what it brings itself; the rest is its owner's vendor profile
 * @param granted where it was ever granted access
 * @param given when that was last, and on whose servers
 * @param revision counts its changes, so that a condition can tell whether it is still the one seen
 */
public record Ticket(
    long id,
    String owner,
    String secureIdDigest,
    String subject,
    Status status,
    List<ServerName> servers,
    VendorAccess own,
    List<Place> granted,
    Given given,
    Instant createdAt,
    long revision) {
  static final int MOST_SERVERS = 20;
  static final int MOST_PLACES = 20;

  /** WHM's words; a ticket of ours is never UNKNOWN. */
  enum Status {
    OPEN,
    CLOSED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A server of the ticket and an account on it. */
  public record Place(long number, SshUser user) {}

  public Ticket {
    servers = List.copyOf(servers);
    granted = List.copyOf(granted);
  }

  boolean isOpen() {
    return status == Status.OPEN;
  }

  Optional<ServerName> server(long number) {
    return number >= 1 && number <= servers.size()
        ? Optional.of(servers.get((int) number - 1))
        : Optional.empty();
  }

  /** Every server of it, as the accounts that it was granted, or as root where it was granted none yet. */
  List<Place> places() {
    var places = new ArrayList<Place>();
    for (var number = 1; number <= servers.size(); number++) {
      var here = number;
      var as = granted.stream().filter(place -> place.number() == here).toList();
      places.addAll(as.isEmpty() ? List.of(new Place(here, own.user().orElse(SshUser.ROOT))) : as);
    }
    return places;
  }

  List<GrantKey> grantKeys() {
    return granted.stream()
        .flatMap(place ->
            server(place.number()).stream().map(name -> new GrantKey(name, id, place.user())))
        .toList();
  }

  List<ServerName> grantedServers() {
    return granted.stream()
        .flatMap(place -> server(place.number()).stream())
        .distinct()
        .toList();
  }

  Ticket with(ServerName server) {
    var more = new ArrayList<>(servers);
    more.add(server);
    return with(status, more, own, granted, given);
  }

  Ticket with(VendorAccess access) {
    return with(status, servers, access, granted, given);
  }

  /** @param owner whose server it is */
  Ticket granted(Place place, Given.Last last, String owner) {
    var more = new ArrayList<>(granted);
    if (!granted.contains(place)) {
      more.add(place);
    }
    return with(status, servers, own, more, given.with(place, last, owner));
  }

  /** Which bound it has passed, in words. */
  Optional<String> fullness() {
    if (granted.size() > MOST_PLACES) {
      return Optional.of("in " + MOST_PLACES + " places");
    }
    return given.owners().size() > Given.MOST_OWNERS
        ? Optional.of("on servers of " + Given.MOST_OWNERS + " users")
        : Optional.empty();
  }

  Ticket closed() {
    return with(Status.CLOSED, servers, own, granted, given);
  }

  /** The same, once more. */
  Ticket revised() {
    return with(status, servers, own, granted, given);
  }

  private Ticket with(
      Status as, List<ServerName> on, VendorAccess access, List<Place> places, Given last) {
    return new Ticket(
        id, owner, secureIdDigest, subject, as, on, access, places, last, createdAt, revision + 1);
  }
}
