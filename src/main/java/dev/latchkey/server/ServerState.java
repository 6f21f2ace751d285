package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A server, all its grants, the wanted ones and those whose end is not proven yet, and the keys that are revoked on it: what an
 * order says.
 */
public record ServerState(Server server, List<Grant> grants, Revocations revocations) {
  /** Longer than any call waits for an answer, so that the reconciler does not meet it. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  public static final int MOST_GRANTS = 40;
  private static final int MOST_DOUBLINGS = 7;
  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(15);

  /** The reconciler's own pace. */
  private static final Duration LEEWAY = Duration.ofMinutes(1);

  public ServerState {
    grants = List.copyOf(grants);
  }

  /** One on which no key is revoked. */
  public ServerState(Server server, List<Grant> grants) {
    this(server, grants, Revocations.NONE);
  }

  private ServerState of(Server another) {
    return new ServerState(another, grants, revocations);
  }

  /**
   * More than {@link #MOST_GRANTS} would not fit into the transaction that takes them away with their receipts.
   *
   * @param most what the deployment allows
   */
  public boolean holdsMoreThan(int most) {
    return grants.size() > Math.min(most, MOST_GRANTS);
  }

  /** What may still let somebody in: after its expiry a server ends access by itself, also when nobody can prove it. */
  public List<Grant> standing(Instant now) {
    return grants.stream()
        .filter(grant -> grant.isWanted() || !grant.expiredAt(now))
        .toList();
  }

  /** What an order carries: neither what is ending nor what is held. */
  public List<Grant> wanted() {
    return grants.stream().filter(Grant::isWanted).toList();
  }

  /** What is to let somebody in now: a server takes away by itself what has expired. */
  public List<Grant> live(Instant now) {
    return grants.stream()
        .filter(grant -> grant.isWanted() && !grant.expiredAt(now))
        .toList();
  }

  public List<Grant> ending() {
    return grants.stream().filter(Grant::isEnding).toList();
  }

  public List<Grant> held() {
    return grants.stream().filter(Grant::isHeld).toList();
  }

  /** SHA-256 of what is wanted, in 64 hexadecimal digits: of all that a generation settles. */
  public String hash() {
    return new WantedHash(this).digits();
  }

  /** Whether the firewall is to let nobody in, although grants stand. */
  public boolean isClosed() {
    return server.firewall() == Firewall.CLOSED;
  }

  /**
   * Whether the server has stated that it is as it is wanted, so that an order may build on it. Before the first order nothing
   * is wanted, and keys lie in the files of accounts.
   */
  public boolean isInForce() {
    return server.isConfirmed()
        && (server.generation() > 0
            || server.keyFiles() == KeyFiles.ACCOUNT && server.revokedKeys() == RevokedKeys.SWEEP);
  }

  /** Whether what is stated is the state of this very generation. */
  public boolean isStatedBy(Observation stated) {
    return stated.isOf(server.epoch(), server.generation(), hash());
  }

  public Optional<Grant> find(long ticket, SshUser user) {
    return grants.stream().filter(grant -> grant.is(ticket, user)).findFirst();
  }

  public List<Grant> grantsOf(long ticket) {
    return grants.stream().filter(grant -> grant.ticket() == ticket).toList();
  }

  /**
   * The same without the grants of a ticket that was closed; unchanged when all are ending already and know that it is.
   *
   * @param listed the ticket's listed item; see {@link ClosedTicketTable}
   */
  public ServerState endingAll(long ticket, String listed, Instant now) {
    if (grantsOf(ticket).stream().allMatch(grant -> grant.closed().isPresent())) {
      return this;
    }
    var ended = !grantsOf(ticket).stream().allMatch(Grant::isEnding)
        ? ending(grant -> grant.ticket() == ticket, Grant.Reason.CLOSED, now)
        : of(server.noted());
    return new ServerState(
        ended.server,
        ended.each(grant -> grant.ticket() == ticket, grant -> grant.ofClosed(listed)),
        ended.revocations);
  }

  /** The next generation, with this grant in place of the one of its ticket and user, and an open firewall. */
  public ServerState with(Grant grant, Instant now) {
    return firewall(Firewall.OPEN).next(now, in -> {
      var others = new ArrayList<>(grants.stream()
          .filter(other -> !other.is(grant.ticket(), grant.user()))
          .toList());
      others.add(grant.wantedIn(in));
      return others;
    });
  }

  /** The next generation, in which the grants that {@code which} tells must end, the held ones too. */
  public ServerState ending(Predicate<Grant> which, Grant.Reason reason, Instant now) {
    return next(
        now,
        in -> each(
            grant -> !grant.isEnding() && which.test(grant),
            grant -> grant.ending(reason, now, in)));
  }

  /** The next generation, in which the wanted grants that {@code which} tells are held. */
  public ServerState holding(Predicate<Grant> which, Instant now) {
    return next(now, in -> holding(which, now, in));
  }

  /** The next generation, in which a held grant is wanted again, as one that was asked for now, and an open firewall. */
  public ServerState letting(Grant held, Instant now) {
    return firewall(Firewall.OPEN).next(now, in -> each(held::equals, grant -> grant.let(now, in)));
  }

  /** The next generation without a grant that the server never had. */
  public ServerState without(Grant grant, Instant now) {
    return next(
        now,
        in -> grants.stream()
            .filter(other -> !other.is(grant.ticket(), grant.user()))
            .toList());
  }

  /** The next generation, whose lines lie in these files; before the first there is no order that would say so. */
  public ServerState keeping(KeyFiles files, Instant now) {
    var chosen = of(server.keeping(files));
    return server.generation() == 0 ? chosen : chosen.again(now);
  }

  /** The next generation, which keeps revoked keys out in this way. */
  public ServerState keeping(RevokedKeys how, Instant now) {
    var chosen = of(server.keeping(how));
    return server.generation() == 0 ? chosen : chosen.again(now);
  }

  /** The same of another machine or another user: what is revoked is to be proven by the machine anew. */
  public ServerState moved(NodeId node, String owner, Instant now) {
    var moved = of(server.moved(node, owner));
    if (server.node().equals(node) || revocations.all().isEmpty()) {
      return moved;
    }
    var next = moved.again(now);
    return new ServerState(
        next.server, next.grants, next.revocations.unproven(next.server.generation()));
  }

  /** The next generation, in which the key is revoked and its grants must end; unchanged where that is wanted already. */
  public ServerState revoking(Revocation asked, Instant now) {
    if (revocations.find(asked.fingerprint()).isPresent()
        && grantsOf(asked.fingerprint()).isEmpty()) {
      return this;
    }
    var ended = ending(grantsOf(asked.fingerprint())::contains, Grant.Reason.REVOKED, now);
    var wish = asked.wantedIn(ended.server.generation());
    return new ServerState(ended.server, ended.grants, revocations.with(wish));
  }

  /** Those by this key that do not end yet. */
  public List<Grant> grantsOf(String fingerprint) {
    return grants.stream()
        .filter(grant -> !grant.isEnding() && grant.key().fingerprint().equals(fingerprint))
        .toList();
  }

  /** The next generation, in which the key may be let in again. */
  public ServerState allowing(String fingerprint, Instant now) {
    var next = again(now);
    return new ServerState(next.server, next.grants, next.revocations.without(fingerprint));
  }

  /** The next generation of the same grants, with the firewall open or closed. */
  public ServerState with(Firewall firewall, Instant now) {
    return firewall(firewall).again(now);
  }

  private ServerState firewall(Firewall chosen) {
    return of(server.with(chosen));
  }

  /** The next generation of the same wishes. */
  public ServerState again(Instant now) {
    return next(now, in -> grants);
  }

  /**
   * The generation after the one that a server says it has carried out and we do not know. What was wanted before is held,
   * but for what {@code younger} tells: nothing says that the server had not been told since to take it away.
   */
  public ServerState above(Observation stated, Predicate<Grant> younger, Instant now) {
    var next = server.ordering(server.epoch(), stated.generation() + 1, now.plus(PATIENCE));
    return new ServerState(
        next,
        holding(younger.negate(), now, next.generation()),
        revocations.adopting(stated.keptRevoked(), now, next.generation()));
  }

  /**
   * The next generation in an epoch later than ours and than {@code stated}, so that the server takes it whatever it has
   * carried out; with the wanted grants held that {@code which} tells.
   */
  public ServerState inNewEpoch(long stated, Predicate<Grant> which, Instant now) {
    var next = server.ordering(
        Math.max(server.epoch(), stated) + 1,
        server.generation() < Server.MOST ? server.generation() + 1 : 1,
        now.plus(PATIENCE));
    return in(next, holding(which, now, next.generation()));
  }

  private List<Grant> holding(Predicate<Grant> which, Instant now, long in) {
    return each(grant -> grant.isWanted() && which.test(grant), grant -> grant.held(now, in));
  }

  private List<Grant> each(Predicate<Grant> which, UnaryOperator<Grant> change) {
    return grants.stream()
        .map(grant -> which.test(grant) ? change.apply(grant) : grant)
        .toList();
  }

  private ServerState next(Instant now, LongFunction<List<Grant>> grantsIn) {
    var next = server.ordering(now.plus(PATIENCE));
    return in(next, grantsIn.apply(next.generation()));
  }

  private ServerState in(Server next, List<Grant> these) {
    return new ServerState(next, restamped(next, these), revocations.restamped(next.generation()));
  }

  /** Where a new epoch counts from the beginning, every wish is one of its first generation. */
  private static List<Grant> restamped(Server in, List<Grant> grants) {
    return grants.stream()
        .map(
            grant -> grant.generation() > in.generation() ? grant.wantedIn(in.generation()) : grant)
        .toList();
  }

  /** One more try to have it confirmed, the next one later than the last. */
  public ServerState tryingAgain(Instant now) {
    var pause = PATIENCE.multipliedBy(1L << Math.min(server.attempts(), MOST_DOUBLINGS));
    return of(server.orderingAgain(now.plus(pause)));
  }

  /** Whether what is due next is a look at a server that is as it is wanted: neither an order nor the end of a grant. */
  public boolean isLookDue() {
    return server.due().filter(due -> !isOrderDue(due)).isPresent();
  }

  /** Whether there is more to do than a look: an order that is not confirmed, a grant to end, or a key to be proven gone. */
  public boolean isOrderDue(Instant now) {
    return !server.isConfirmed()
        || !revocations.unproven().isEmpty()
        || grants.stream().anyMatch(grant -> grant.isEnding() || grant.expiredAt(now));
  }

  /** Whether it is due; a look within a minute is, as one that comes a little early does no harm. */
  public boolean isDue(Instant now) {
    var until = isOrderDue(now) ? now : now.plus(LEEWAY);
    return server.due().filter(due -> !due.isAfter(until)).isPresent();
  }

  /**
   * The same with the look after the one that begins now, as the due item has it: the server's own item says so with what it
   * states.
   */
  public ServerState planned(Instant now) {
    var next = nextLook(grants, now).orElseGet(() -> now.plus(BETWEEN_LOOKS));
    return of(server.planned(next));
  }

  /**
   * After an order that Systems Manager did not take for now: soon again, and not counted.
   *
   * @param sent how many orders were sent before it
   */
  public ServerState postponed(int sent, Instant now) {
    return of(server.postponed(now.plus(PATIENCE), sent));
  }

  /** What is known after the server stated something about an order of ours. */
  public ServerState after(Observation stated, Instant now) {
    return stated.isCarriedOut() ? new Statement(this, stated, now).recorded() : this;
  }

  /** Whether it is about a wanted state of ours: what a server states of any other proves nothing. */
  public boolean isOfOurs(Observation stated) {
    return stated.epoch() == server.epoch()
        && (stated.generation() < server.generation() || isStatedBy(stated));
  }

  /** Whether it is about a wanted state of ours that has this grant as it was wished last. */
  public boolean isStatedWith(Grant grant, Observation stated) {
    return isOfOurs(stated) && stated.generation() >= grant.generation();
  }

  /** With a statement of which nothing is believed but that it was made. */
  ServerState stating(Server.Seen seen) {
    return of(server.stating(seen));
  }

  static Optional<Instant> nextLook(List<Grant> grants, Instant now) {
    return grants.stream()
        .map(Grant::expiresAt)
        .min(Comparator.naturalOrder())
        .map(end -> end.isBefore(now.plus(BETWEEN_LOOKS)) ? end : now.plus(BETWEEN_LOOKS));
  }
}
