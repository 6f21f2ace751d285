package dev.latchkey.server;

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
    Optional<End> end) {

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

  public boolean isWanted() {
    return end.isEmpty();
  }

  public boolean expiredAt(Instant now) {
    return !expiresAt.isAfter(now);
  }

  public boolean is(long ofTicket, SshUser asUser) {
    return ticket == ofTicket && user.equals(asUser);
  }

  public Grant ending(Reason reason, Instant now) {
    return new Grant(
        ticket,
        number,
        user,
        key,
        from,
        grantedAt,
        expiresAt,
        authorizedAt,
        Optional.of(new End(reason, now)));
  }

  Grant authorizedAt(Instant stated) {
    return new Grant(
        ticket, number, user, key, from, grantedAt, expiresAt, Optional.of(stated), end);
  }
}
