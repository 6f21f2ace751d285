package dev.latchkey.server;

import java.time.Instant;
import java.util.Optional;

/**
 * What a server stated when a revoked key was gone.
 *
 * @param at when it was revoked
 * @param by the user whose call that was
 * @param statedAt the server's own clock
 * @param simulated whether it was a folder that stands for a server
 * @param statement the server's entry about it, JSON: lines taken out, sessions ended
 */
public record RevocationReceipt(
    ServerName server,
    String fingerprint,
    Instant at,
    String by,
    Optional<String> reason,
    Instant statedAt,
    long generation,
    boolean simulated,
    String statement) {

  static RevocationReceipt of(Revocation proven, ServerName server, Observation stated) {
    return new RevocationReceipt(
        server,
        proven.fingerprint(),
        proven.at(),
        proven.by(),
        proven.reason(),
        stated.at(),
        stated.generation(),
        stated.simulated(),
        stated.revoked(proven.fingerprint()).orElseThrow().statement());
  }
}
