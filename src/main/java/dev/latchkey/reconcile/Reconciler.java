package dev.latchkey.reconcile;

import static java.util.stream.Collectors.joining;

import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Dispatch;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.OrderOutcome.Stated;
import dev.latchkey.server.DueTable;
import dev.latchkey.server.DueTable.Due;
import dev.latchkey.server.Grant;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Transaction;
import dev.latchkey.text.Quoted;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Looks at every server that is due: ends grants that expired, sends orders again that were not confirmed, and sees
 * whether what stands is what is wanted. It may be run as often as one likes and by several at once; the server's own
 * item decides who does the work.
 */
@Singleton
public class Reconciler {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final int AT_ONCE = 8;
  private static final String NAME = "reconciler";

  private final DueTable due;
  private final ServerTable servers;
  private final Convergence convergence;
  private final Dispatch dispatch;
  private final Change change;
  private final Clock clock;

  @Inject
  Reconciler(
      DueTable due,
      ServerTable servers,
      Convergence convergence,
      Dispatch dispatch,
      Change change,
      Clock clock) {
    this.due = due;
    this.servers = servers;
    this.convergence = convergence;
    this.dispatch = dispatch;
    this.change = change;
    this.clock = clock;
  }

  /**
   * What one look found.
   *
   * @param confirmed whether the server has carried out its wanted state
   * @param oldestEnd for how many seconds the end of a grant has been waiting for its proof; 0 where none does
   * @param drift how many keys of ours somebody else had altered, taken away or copied
   * @param sweepStopped whether the server's own sweep stands still, which ends access when nobody can reach it
   * @param failed whether nothing could be found out; the log has why
   */
  public record Look(
      ServerName server,
      boolean confirmed,
      long oldestEnd,
      int drift,
      boolean sweepStopped,
      boolean failed) {
    static Look failed(ServerName server) {
      return new Look(server, false, 0, 0, false, true);
    }
  }

  /** Looks at all that is due. */
  public Uni<List<Look>> run() {
    return Uni.createFrom()
        .deferred(() -> due.until(clock.instant()))
        .chain(all -> Multi.createFrom()
            .iterable(all)
            .onItem()
            .transformToUni(item -> Uni.createFrom()
                .deferred(() -> look(item))
                .onFailure(Changed.class)
                .recoverWithNull()
                .onFailure()
                .recoverWithItem(failure -> {
                  LOG.errorf(failure, "%s could not be looked at; it stays due", item.server());
                  return Look.failed(item.server());
                }))
            .merge(AT_ONCE)
            .collect()
            .asList());
  }

  /**
   * Records what a server stated at the end of a command, where nobody waited for it any more. It sends no order: the end of
   * that one would be the next event, and a server that cannot do what is wished would be asked without a pause.
   *
   * @return empty where nothing was waiting for that statement
   */
  public Uni<List<Look>> ended(NodeId node, String command) {
    return servers
        .named(node)
        .chain(name -> name.isEmpty()
            ? Uni.createFrom().item(Optional.<ServerState>empty())
            : servers.find(name.get()))
        .chain(found -> found
            .filter(state -> !state.server().isConfirmed())
            .map(state -> statement(state, command))
            .orElseGet(() -> Uni.createFrom().item(List.of())))
        .onFailure(Changed.class)
        .recoverWithItem(List.of());
  }

  private Uni<List<Look>> statement(ServerState of, String command) {
    var now = clock.instant();
    return dispatch
        .statement(command, of.server().node())
        .chain(read -> read.filter(stated -> stated.isCarriedOut() && of.isStatedBy(stated))
            .map(stated -> convergence
                .record(of, stated)
                .map(after -> report(new Delivered(new Stated(stated), after), now))
                .map(List::of))
            .orElseGet(() -> Uni.createFrom().item(List.of())));
  }

  private Uni<Look> look(Due item) {
    return servers
        .find(item.server())
        .chain(found -> found
            .filter(state -> item.isOf(state.server()))
            .map(this::reconcile)
            .orElseGet(() -> change.note(in -> due.drop(in, item)).replaceWith((Look) null)));
  }

  private Uni<Look> reconcile(ServerState before) {
    var now = clock.instant();
    var request = UUID.randomUUID().toString();
    var expired = before.grants().stream()
        .filter(grant -> !grant.isEnding() && grant.expiredAt(now))
        .toList();
    var after = expired.isEmpty()
        ? before.tryingAgain(now)
        : before.ending(grant -> grant.expiredAt(now), Grant.Reason.EXPIRED, now);
    Consumer<Transaction> items = in -> servers.write(in, before, after);
    var written = expired.isEmpty()
        ? change.note(items)
        : change.commit(
            Author.internal(NAME, now, request),
            before.server().owner(),
            describe(before, expired),
            items);
    return written
        .chain(() -> convergence.deliver(after, request, WAIT))
        .map(delivered -> report(delivered, now));
  }

  private static String describe(ServerState of, List<Grant> expired) {
    return expired.stream()
        .map(grant -> "ticket " + grant.ticket() + " as " + grant.user())
        .collect(joining(", ", "expired on " + of.server().name() + ": ", ""));
  }

  private static Look report(Delivered delivered, Instant now) {
    var server = delivered.state().server();
    var drift = delivered.outcome().statement().map(Observation::unmanaged).orElseGet(List::of);
    drift.forEach(found -> LOG.warnf(
        "%s: %s %s of %s in %s",
        server.name(), found.what(), found.fingerprint(), found.user(), found.file()));
    var oldestEnd = delivered.state().ending().stream()
        .mapToLong(
            grant -> Duration.between(grant.end().orElseThrow().at(), now).toSeconds())
        .max()
        .orElse(0);
    var sweep = delivered.outcome().statement().flatMap(Observation::sweepProblem);
    sweep.ifPresent(problem -> LOG.warnf("%s: %s", server.name(), Quoted.sentence(problem)));
    if (!server.isConfirmed()) {
      LOG.warnf(
          "%s has not confirmed generation %d after %d orders (%s); the oldest end is open for %d s",
          server.name(),
          server.generation(),
          server.attempts(),
          Explanation.of(server.name(), delivered.outcome()),
          oldestEnd);
    }
    return new Look(
        server.name(), server.isConfirmed(), oldestEnd, drift.size(), sweep.isPresent(), false);
  }
}
