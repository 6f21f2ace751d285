package dev.latchkey.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * One machine of the fleet.
 *
 * @param owner the user whose server it is
 * @param epoch of the generations: a later one is taken by the server with any generation, an earlier one never
 * @param generation of the wanted state, counted up with every change of it
 * @param confirmed the last generation that the server stated to have carried out as ordered; 0 before the first
 * @param attempts orders sent since the last confirmation
 * @param due when the reconciler looks at it next; empty when nothing is wished of it
 * @param seen what the server stated last
 * @param keyFiles where it keeps the lines of grants, as the operator chose
 * @param firewall whether it lets in those who have a grant
 * @param revokedKeys how it keeps revoked keys out, as the operator chose
 * @param revision counts the writes of this item, so that a condition can tell whether it is still the one seen
 */
public record Server(
    ServerName name,
    NodeId node,
    String owner,
    long epoch,
    long generation,
    long confirmed,
    int attempts,
    Optional<Instant> due,
    Optional<Seen> seen,
    KeyFiles keyFiles,
    Firewall firewall,
    RevokedKeys revokedKeys,
    long revision) {

  /** The greatest epoch and generation: what every reader of JSON keeps exactly. */
  public static final long MOST = (1L << 53) - 1;

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
    return new Server(
        name,
        node,
        owner,
        0,
        0,
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        KeyFiles.ACCOUNT,
        Firewall.OPEN,
        RevokedKeys.SWEEP,
        1);
  }

  /** The same server on another machine or of another user: what was stated before says nothing of it. */
  public Server moved(NodeId toNode, String toOwner) {
    var stays = node.equals(toNode);
    return new Server(
        name,
        toNode,
        toOwner,
        epoch,
        generation,
        confirmed,
        attempts,
        due,
        stays ? seen : Optional.empty(),
        keyFiles,
        firewall,
        revokedKeys,
        revision + 1);
  }

  /** With another choice of where it keeps lines; the same revision, as it is part of a change. */
  public Server keeping(KeyFiles chosen) {
    return new Server(
        name,
        node,
        owner,
        epoch,
        generation,
        confirmed,
        attempts,
        due,
        seen,
        chosen,
        firewall,
        revokedKeys,
        revision);
  }

  /** With its firewall open or closed; the same revision, as it is part of a change. */
  Server with(Firewall chosen) {
    return new Server(
        name,
        node,
        owner,
        epoch,
        generation,
        confirmed,
        attempts,
        due,
        seen,
        keyFiles,
        chosen,
        revokedKeys,
        revision);
  }

  /** With another choice of how it keeps revoked keys out; the same revision, as it is part of a change. */
  public Server keeping(RevokedKeys chosen) {
    return new Server(
        name,
        node,
        owner,
        epoch,
        generation,
        confirmed,
        attempts,
        due,
        seen,
        keyFiles,
        firewall,
        chosen,
        revision);
  }

  /** With the next generation, whose first order is repeated at {@code next}. */
  Server ordering(Instant next) {
    return generation < MOST ? ordering(epoch, generation + 1, next) : ordering(epoch + 1, 1, next);
  }

  /** With another epoch or generation, whose first order is repeated at {@code next}. */
  Server ordering(long inEpoch, long another, Instant next) {
    if (inEpoch > MOST || another > MOST) {
      throw new IllegalStateException(
          name + " would have the epoch " + inEpoch + " and the generation " + another);
    }
    return new Server(
        name,
        node,
        owner,
        inEpoch,
        another,
        Math.min(confirmed, another - 1),
        1,
        Optional.of(next),
        seen,
        keyFiles,
        firewall,
        revokedKeys,
        revision + 1);
  }

  /** With one more order of the same generation. */
  Server orderingAgain(Instant next) {
    return due(next, attempts + 1, revision + 1);
  }

  /** With another time of the next look and nothing else: the same revision, as only the due item says so. */
  Server planned(Instant next) {
    return due(next, attempts, revision);
  }

  /** With an order that was not sent, so that it is not counted. */
  Server postponed(Instant next, int sent) {
    return due(next, sent, revision + 1);
  }

  private Server due(Instant next, int sent, long inRevision) {
    return new Server(
        name,
        node,
        owner,
        epoch,
        generation,
        confirmed,
        sent,
        Optional.of(next),
        seen,
        keyFiles,
        firewall,
        revokedKeys,
        inRevision);
  }

  /** The same where something was noted of its grants. */
  Server noted() {
    return new Server(
        name,
        node,
        owner,
        epoch,
        generation,
        confirmed,
        attempts,
        due,
        seen,
        keyFiles,
        firewall,
        revokedKeys,
        revision + 1);
  }

  /** With a statement that leaves something to be done. */
  Server stating(Seen statement) {
    return new Server(
        name,
        node,
        owner,
        epoch,
        generation,
        confirmed,
        attempts,
        due,
        Optional.of(statement),
        keyFiles,
        firewall,
        revokedKeys,
        revision + 1);
  }

  /** With a statement that all is as ordered. */
  Server confirming(Seen statement, Optional<Instant> next) {
    return new Server(
        name,
        node,
        owner,
        epoch,
        generation,
        generation,
        0,
        next,
        Optional.of(statement),
        keyFiles,
        firewall,
        revokedKeys,
        revision + 1);
  }

  /** Whether the wanted state of {@code other} is an earlier one than this. */
  boolean isLaterThan(Server other) {
    return epoch > other.epoch || epoch == other.epoch && generation > other.generation;
  }

  /** Whether an order was sent whose statement is not recorded yet. */
  public boolean awaitsStatement() {
    return !isConfirmed() || attempts > 0;
  }

  public boolean isConfirmed() {
    return confirmed == generation;
  }
}
