package dev.latchkey.server;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a finding.
 *
 * @param owner whose server it is on
 * @param firstSeen when a look first found it as it is
 * @param by who gave it: a ticket, or the user who authorized the key; empty if nobody did
 * @param acknowledged that somebody has looked at it, and why it may be there
 */
public record KnownFinding(
    ServerName server,
    String owner,
    Finding finding,
    Instant firstSeen,
    Optional<String> by,
    Optional<Acknowledgement> acknowledged) {

  public record Acknowledgement(Instant at, String by, String reason) {}

  /** Whether it is there though nobody gave it, and nobody has said that it may be. */
  public boolean isDrift() {
    return by.isEmpty() && acknowledged.isEmpty();
  }

  KnownFinding acknowledgedAs(Acknowledgement why) {
    return new KnownFinding(server, owner, finding, firstSeen, by, Optional.of(why));
  }
}
