package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A server and all its grants, the wanted ones and those whose end is not proven yet: what an order says. */
public record ServerState(Server server, List<Grant> grants) {
  /** Longer than any call waits for an answer, so that the reconciler does not meet it. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int MOST_GRANTS = 40;
  private static final int MOST_DOUBLINGS = 7;
  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(15);

  public ServerState {
    grants = List.copyOf(grants);
  }

  /** More would not fit into the transaction that takes them away with their receipts. */
  public boolean isFull() {
    return grants.size() > MOST_GRANTS;
  }

  /** What may still let somebody in: after its expiry a server ends access by itself, also when nobody can prove it. */
  public List<Grant> standing(Instant now) {
    return grants.stream()
        .filter(grant -> grant.isWanted() || !grant.expiredAt(now))
        .toList();
  }

  public List<Grant> wanted() {
    return grants.stream().filter(Grant::isWanted).toList();
  }

  public List<Grant> ending() {
    return grants.stream().filter(grant -> !grant.isWanted()).toList();
  }

  public Optional<Grant> find(long ticket, SshUser user) {
    return grants.stream().filter(grant -> grant.is(ticket, user)).findFirst();
  }

  public List<Grant> grantsOf(long ticket) {
    return grants.stream().filter(grant -> grant.ticket() == ticket).toList();
  }

  /** The same without the grants of a ticket that was closed; unchanged when none is wanted any more. */
  public ServerState endingAll(long ticket, Instant now) {
    return grantsOf(ticket).stream().anyMatch(Grant::isWanted)
        ? ending(grant -> grant.ticket() == ticket, Grant.Reason.CLOSED, now)
        : this;
  }

  /** The next generation, with this grant in place of the one of its ticket and user. */
  public ServerState with(Grant grant, Instant now) {
    var others = new ArrayList<>(
        grants.stream().filter(other -> !other.is(grant.ticket(), grant.user())).toList());
    others.add(grant.wantedIn(server.generation() + 1));
    return next(others, now);
  }

  /** The next generation, in which the wanted grants that {@code which} tells must end. */
  public ServerState ending(Predicate<Grant> which, Grant.Reason reason, Instant now) {
    return next(
        grants.stream()
            .map(grant -> grant.isWanted() && which.test(grant)
                ? grant.ending(reason, now, server.generation() + 1)
                : grant)
            .toList(),
        now);
  }

  /** The next generation of the same wishes. */
  public ServerState again(Instant now) {
    return next(grants, now);
  }

  private ServerState next(List<Grant> after, Instant now) {
    return at(server.generation() + 1, after, now);
  }

  /** The same wishes, above a generation that the server says it has carried out and we do not know. */
  public ServerState above(long generation, Instant now) {
    return at(generation + 1, grants, now);
  }

  private ServerState at(long generation, List<Grant> after, Instant now) {
    return new ServerState(server.ordering(generation, now.plus(PATIENCE)), after);
  }

  /** One more try to have it confirmed, the next one later than the last. */
  public ServerState tryingAgain(Instant now) {
    var pause = PATIENCE.multipliedBy(1L << Math.min(server.attempts(), MOST_DOUBLINGS));
    return new ServerState(server.orderingAgain(now.plus(pause)), grants);
  }

  /** What is known after the server stated something about an order of ours. */
  public ServerState after(Observation stated, Instant now) {
    if (!stated.isCarriedOut()) {
      return this;
    }
    var left = grants.stream()
        .filter(grant -> grant.isWanted() || !stated.provesGone(grant))
        .map(grant -> stands(grant, stated) && grant.authorizedAt().isEmpty()
            ? grant.authorizedAt(stated.at())
            : grant)
        .toList();
    var whole = stated.outcome() == Observation.Outcome.DONE
        && stated.generation() == server.generation()
        && left.stream().allMatch(Grant::isWanted);
    var seen = new Server.Seen(now, stated.statement());
    return new ServerState(
        whole ? server.confirming(seen, nextLook(left, now)) : server.stating(seen), left);
  }

  private static boolean stands(Grant grant, Observation stated) {
    return grant.isWanted()
        && stated.generation() >= grant.generation()
        && stated
            .standing(grant)
            .filter(standing -> standing.state() == Observation.Standing.State.PRESENT)
            .isPresent();
  }

  private static Optional<Instant> nextLook(List<Grant> grants, Instant now) {
    return grants.stream()
        .map(Grant::expiresAt)
        .min(Comparator.naturalOrder())
        .map(end -> end.isBefore(now.plus(BETWEEN_LOOKS)) ? end : now.plus(BETWEEN_LOOKS));
  }
}
