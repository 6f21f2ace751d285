package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a server stated when a grant was gone.
 *
 * @param endedAt when its end was asked for
 * @param statedAt the server's own clock
 * @param node which machine stated it; empty for one of an earlier release
 * @param simulated whether it was a folder that stands for a server
 * @param inventory the SHA-256 of what the server had before the lease, as it stated it with the key
 * @param statement the server's entry about it, JSON: lines, sessions ended, what appeared during the lease
 */
public record Receipt(
    long ticket,
    long number,
    SshUser user,
    String fingerprint,
    ServerName server,
    Optional<NodeId> node,
    Grant.Reason reason,
    Instant grantedAt,
    Instant endedAt,
    Instant statedAt,
    long generation,
    boolean simulated,
    Optional<String> inventory,
    String statement) {

  public static Receipt of(Grant grant, Server server, Observation stated) {
    var end = grant.end().orElseThrow();
    return new Receipt(
        grant.ticket(),
        grant.number(),
        grant.user(),
        grant.key().fingerprint(),
        server.name(),
        Optional.of(server.node()),
        end.reason(),
        grant.grantedAt(),
        end.at(),
        stated.at(),
        stated.generation(),
        stated.simulated(),
        grant.inventory(),
        stated.ended(grant).orElseThrow().statement());
  }

  /**
   * What was not there when the lease began, a line each; only against what was noted when it began.
   *
   * @param end what the statement says
   */
  public List<String> appeared(StatedEnd end) {
    var isAnother =
        inventory.isPresent() && end.inventory().isPresent() && !inventory.equals(end.inventory());
    return isAnother ? List.of("unknown: the inventory was changed") : end.appeared();
  }
}
