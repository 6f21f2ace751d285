package dev.latchkey.server;

import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The wish that the vendor of a ticket may log in to a server as {@code user} until {@code expiresAt}; once it has an
 * {@code end}, the wish that it be proven gone.
 *
 * @param number the server's place in its ticket, from 1
 * @param account whose account {@code user} is
 * @param grantedAt when it was asked for, first or again
 * @param authorizedAt when the server stated that it would admit a login by the key; empty before that, and when it does not any more
 * @param heldAt since when it is held: it may have been revoked in a time that the table does not know of, so that no
 *     order carries it until somebody lets or ends it; empty if it is not
 * @param inventory the SHA-256 of what the server had before the lease, as it stated it with the key; empty before that
 * @param closed the listed item of its ticket, which was closed while it stood; empty while the ticket is open
 * @param generation of the server's wanted state in which this wish came, or the wish that it end: what a server states of
 *     an earlier one says nothing of it; 0 while it is part of none
 * @param by whose call gave it, or gave it again last; empty for one of an earlier release
 */
public record Grant(
    long ticket,
    long number,
    SshUser user,
    GrantAccount account,
    PublicKey key,
    SourceRanges from,
    Instant grantedAt,
    Instant expiresAt,
    Optional<Instant> authorizedAt,
    Optional<String> inventory,
    Optional<End> end,
    Optional<Instant> heldAt,
    Optional<String> closed,
    long generation,
    Optional<Giver> by) {

  /** Times are kept in seconds, as servers have them. */
  public Grant {
    grantedAt = grantedAt.truncatedTo(ChronoUnit.SECONDS);
    expiresAt = expiresAt.truncatedTo(ChronoUnit.SECONDS);
    heldAt = heldAt.map(at -> at.truncatedTo(ChronoUnit.SECONDS));
  }

  /** Why a grant ends. */
  public enum Reason {
    REVOKED,
    EXPIRED,
    CLOSED,
    /** The server could not do it, so it is not wished for any longer. */
    FAILED
  }

  public record End(Reason reason, Instant at) {
    public End {
      at = at.truncatedTo(ChronoUnit.SECONDS);
    }
  }

  /** The same for an account that the server has. */
  public static Grant wished(
      long ticket,
      long number,
      SshUser user,
      PublicKey key,
      SourceRanges from,
      Instant now,
      Instant expiresAt) {
    return wished(ticket, number, user, GrantAccount.SHARED, key, from, now, expiresAt);
  }

  /** A wish that is part of no wanted state yet. */
  public static Grant wished(
      long ticket,
      long number,
      SshUser user,
      GrantAccount account,
      PublicKey key,
      SourceRanges from,
      Instant now,
      Instant expiresAt) {
    return new Grant(
        ticket,
        number,
        user,
        account,
        key,
        from,
        now,
        expiresAt,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty());
  }

  /** The same, given by this call. */
  public Grant givenBy(Giver giver) {
    return new Grant(
        ticket,
        number,
        user,
        account,
        key,
        from,
        grantedAt,
        expiresAt,
        authorizedAt,
        inventory,
        end,
        heldAt,
        closed,
        generation,
        Optional.of(giver));
  }

  /** Whether an order carries it: it is neither ending nor held. */
  public boolean isWanted() {
    return end.isEmpty() && heldAt.isEmpty();
  }

  public boolean isEnding() {
    return end.isPresent();
  }

  public boolean isHeld() {
    return end.isEmpty() && heldAt.isPresent();
  }

  public boolean expiredAt(Instant now) {
    return !expiresAt.isAfter(now);
  }

  public boolean is(long ofTicket, SshUser asUser) {
    return ticket == ofTicket && user.equals(asUser);
  }

  /** Whether it is {@code asked}, the wish of one call, in whatever wanted state. */
  public boolean isOf(Grant asked) {
    return is(asked.ticket, asked.user)
        && grantedAt.equals(asked.grantedAt)
        && key.equals(asked.key);
  }

  public boolean isGivenBy(String giver) {
    return by.filter(who -> who.user().equals(giver)).isPresent();
  }

  Grant ending(Reason reason, Instant now, long in) {
    var ending = Optional.of(new End(reason, now));
    return with(grantedAt, authorizedAt, inventory, ending, Optional.empty(), in);
  }

  /** What a server stated of it before says nothing any more. */
  Grant held(Instant now, long in) {
    return with(grantedAt, Optional.empty(), inventory, end, Optional.of(now), in);
  }

  /** The same wish, made anew. */
  Grant let(Instant now, long in) {
    return with(now, Optional.empty(), inventory, end, Optional.empty(), in);
  }

  Grant wantedIn(long in) {
    return with(grantedAt, authorizedAt, inventory, end, heldAt, in);
  }

  /** @param listed see {@link ClosedTicketTable} */
  Grant ofClosed(String listed) {
    return new Grant(
        ticket,
        number,
        user,
        account,
        key,
        from,
        grantedAt,
        expiresAt,
        authorizedAt,
        inventory,
        end,
        heldAt,
        Optional.of(listed),
        generation,
        by);
  }

  /** The first that the server states of its inventory counts: what it states later could have been made up since. */
  Grant standing(Observation.Standing seen, Instant at) {
    var authorized =
        seen.isAdmitted() ? authorizedAt.or(() -> Optional.of(at)) : Optional.<Instant>empty();
    return with(grantedAt, authorized, inventory.or(seen::inventory), end, heldAt, generation);
  }

  private Grant with(
      Instant granted,
      Optional<Instant> authorized,
      Optional<String> before,
      Optional<End> ending,
      Optional<Instant> held,
      long in) {
    return new Grant(
        ticket,
        number,
        user,
        account,
        key,
        from,
        granted,
        expiresAt,
        authorized,
        before,
        ending,
        held,
        closed,
        in,
        by);
  }
}
