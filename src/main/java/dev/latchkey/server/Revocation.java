package dev.latchkey.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The wish that a key never logs in to a server as any account, whoever puts its line back.
 *
 * @param at when it was asked for
 * @param by the user whose call it was
 * @param reason as the call gave it
 * @param generation of the server's wanted state in which this wish came: what a server states of an earlier one says nothing
 *     of it; 0 while it is part of none
 * @param provenAt when the server stated that the key is gone; empty before that, and once it stated that the key is back
 */
public record Revocation(
    String fingerprint,
    Instant at,
    String by,
    Optional<String> reason,
    long generation,
    Optional<Instant> provenAt) {

  /** Times are kept in seconds. */
  public Revocation {
    at = at.truncatedTo(ChronoUnit.SECONDS);
    provenAt = provenAt.map(time -> time.truncatedTo(ChronoUnit.SECONDS));
  }

  /** A wish that is part of no wanted state yet. */
  public static Revocation wished(
      String fingerprint, Instant at, String by, Optional<String> reason) {
    return new Revocation(fingerprint, at, by, reason, 0, Optional.empty());
  }

  public boolean isProven() {
    return provenAt.isPresent();
  }

  Revocation wantedIn(long another) {
    return new Revocation(fingerprint, at, by, reason, another, provenAt);
  }

  Revocation proven(Instant stated) {
    return new Revocation(fingerprint, at, by, reason, generation, Optional.of(stated));
  }

  Revocation unproven() {
    return new Revocation(fingerprint, at, by, reason, generation, Optional.empty());
  }
}
