package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;
import java.time.Instant;

/**
 * What a server stated when a grant was gone.
 *
 * @param endedAt when its end was asked for
 * @param statedAt the server's own clock
 * @param statement the server's entry about it, JSON: lines, sessions ended, what appeared during the lease
 */
public record Receipt(
    long ticket,
    long number,
    SshUser user,
    String fingerprint,
    ServerName server,
    Grant.Reason reason,
    Instant grantedAt,
    Instant endedAt,
    Instant statedAt,
    long generation,
    String statement) {

  public static Receipt of(Grant grant, ServerName server, Observation stated) {
    var end = grant.end().orElseThrow();
    return new Receipt(
        grant.ticket(),
        grant.number(),
        grant.user(),
        grant.key().fingerprint(),
        server,
        end.reason(),
        grant.grantedAt(),
        end.at(),
        stated.at(),
        stated.generation(),
        stated.ended(grant).orElseThrow().statement());
  }
}
