package dev.latchkey.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * One machine of the fleet.
 *
 * @param owner the user whose server it is
 * @param generation of the wanted state, counted up with every change of it
 * @param confirmed the last generation that the server stated to have carried out as ordered; 0 before the first
 * @param attempts orders sent since the last confirmation
 * @param due when the reconciler looks at it next; empty when nothing is wished of it
 * @param seen what the server stated last
 * @param revision counts the writes of this item, so that a condition can tell whether it is still the one seen
 */
public record Server(
    ServerName name,
    NodeId node,
    String owner,
    long generation,
    long confirmed,
    int attempts,
    Optional<Instant> due,
    Optional<Seen> seen,
    long revision) {

  /** Times are kept in seconds. */
  public Server {
    due = due.map(at -> at.truncatedTo(ChronoUnit.SECONDS));
  }

  /** @param statement the observation as the server printed it, JSON */
  public record Seen(Instant at, String statement) {
    public Seen {
      at = at.truncatedTo(ChronoUnit.SECONDS);
    }
  }

  public static Server added(ServerName name, NodeId node, String owner) {
    return new Server(name, node, owner, 0, 0, 0, Optional.empty(), Optional.empty(), 1);
  }

  /** The same server on another machine or of another user: what was stated before says nothing of it. */
  public Server moved(NodeId toNode, String toOwner) {
    var stays = node.equals(toNode);
    return new Server(
        name,
        toNode,
        toOwner,
        generation,
        confirmed,
        attempts,
        due,
        stays ? seen : Optional.empty(),
        revision + 1);
  }

  /** With another generation, whose first order is repeated at {@code next}. */
  Server ordering(long another, Instant next) {
    return new Server(
        name,
        node,
        owner,
        another,
        Math.min(confirmed, another - 1),
        1,
        Optional.of(next),
        seen,
        revision + 1);
  }

  /** With one more order of the same generation. */
  Server orderingAgain(Instant next) {
    return new Server(
        name,
        node,
        owner,
        generation,
        confirmed,
        attempts + 1,
        Optional.of(next),
        seen,
        revision + 1);
  }

  /** With a statement that leaves something to be done. */
  Server stating(Seen statement) {
    return new Server(
        name,
        node,
        owner,
        generation,
        confirmed,
        attempts,
        due,
        Optional.of(statement),
        revision + 1);
  }

  /** With a statement that all is as ordered. */
  Server confirming(Seen statement, Optional<Instant> next) {
    return new Server(
        name, node, owner, generation, generation, 0, next, Optional.of(statement), revision + 1);
  }

  public boolean isConfirmed() {
    return confirmed == generation;
  }
}
