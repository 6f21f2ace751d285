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
 * @param grantedAt when it was asked for, first or again
 * @param authorizedAt when the server stated that the key stands there; empty before that
 * @param generation of the server's wanted state in which this wish came, or the wish that it end: what a server states of
 *     an earlier one says nothing of it; 0 while it is part of none
 */
public record Grant(
    long ticket,
    long number,
    SshUser user,
    PublicKey key,
    SourceRanges from,
    Instant grantedAt,
    Instant expiresAt,
    Optional<Instant> authorizedAt,
    Optional<End> end,
    long generation) {

  /** Times are kept in seconds, as servers have them. */
  public Grant {
    grantedAt = grantedAt.truncatedTo(ChronoUnit.SECONDS);
    expiresAt = expiresAt.truncatedTo(ChronoUnit.SECONDS);
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

  /** A wish that is part of no wanted state yet. */
  public static Grant wished(
      long ticket,
      long number,
      SshUser user,
      PublicKey key,
      SourceRanges from,
      Instant now,
      Instant expiresAt) {
    return new Grant(
        ticket, number, user, key, from, now, expiresAt, Optional.empty(), Optional.empty(), 0);
  }

  public boolean isWanted() {
    return end.isEmpty();
  }

  public boolean expiredAt(Instant now) {
    return !expiresAt.isAfter(now);
  }

  public boolean is(long ofTicket, SshUser asUser) {
    return ticket == ofTicket && user.equals(asUser);
  }

  Grant ending(Reason reason, Instant now, long in) {
    return with(authorizedAt, Optional.of(new End(reason, now)), in);
  }

  Grant wantedIn(long in) {
    return with(authorizedAt, end, in);
  }

  Grant authorizedAt(Instant stated) {
    return with(Optional.of(stated), end, generation);
  }

  private Grant with(Optional<Instant> authorized, Optional<End> ending, long in) {
    return new Grant(ticket, number, user, key, from, grantedAt, expiresAt, authorized, ending, in);
  }
}
