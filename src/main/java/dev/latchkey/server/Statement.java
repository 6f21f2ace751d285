package dev.latchkey.server;

import static dev.latchkey.server.ServerState.MOST_GRANTS;
import static dev.latchkey.server.ServerState.PATIENCE;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a server stated after it carried out an order, and what becomes of its state by that. */
record Statement(ServerState before, Observation stated, Instant now) {
  ServerState recorded() {
    var server = before.server();
    var seen = new Server.Seen(now, stated.statement());
    if (!before.isOfOurs(stated)) {
      return before.stating(seen);
    }
    var left = before.grants().stream()
        .filter(grant -> !grant.isEnding() || !stated.provesGone(grant))
        .map(grant -> stands(grant)
            ? grant.standing(stated.standing(grant).orElseThrow(), stated.at())
            : grant)
        .toList();
    var receipts = before.grants().size() - left.size();
    var revoked = before.revocations().after(stated, MOST_GRANTS - receipts);
    var isWhole = stated.outcome() == Observation.Outcome.DONE
        && stated.generation() == server.generation()
        && left.stream().noneMatch(Grant::isEnding)
        && revoked.unproven().isEmpty();
    var after = isWhole ? server.confirming(seen, nextDue(left)) : server.stating(seen);
    // A key that came back leaves something to do on a server of which nothing was due.
    var isDue = after.due().isPresent() || revoked.unproven().isEmpty();
    return adopting(
        new ServerState(isDue ? after : after.planned(now.plus(PATIENCE)), left, revoked));
  }

  /** What the server keeps out and we do not know of is wanted in the next generation. */
  private ServerState adopting(ServerState known) {
    var next = known.again(now);
    var all =
        next.revocations().adopting(stated.keptRevoked(), now, next.server().generation());
    return all.equals(known.revocations())
        ? known
        : new ServerState(next.server(), next.grants(), all);
  }

  private boolean stands(Grant grant) {
    return grant.isWanted()
        && stated.generation() >= grant.generation()
        && stated
            .standing(grant)
            .filter(standing -> standing.state() == Observation.Standing.State.PRESENT)
            .isPresent();
  }

  /** A look that is planned already stays planned, so that what readers ask for does not write the due item each time. */
  private Optional<Instant> nextDue(List<Grant> left) {
    var server = before.server();
    var next = ServerState.nextLook(left, now);
    return next.isPresent()
            && server.isConfirmed()
            && server.attempts() == 0
            && !before.isDue(now)
            && server.due().filter(due -> !due.isAfter(next.get())).isPresent()
        ? server.due()
        : next;
  }
}
