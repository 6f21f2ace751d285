package dev.latchkey.server;

import dev.latchkey.audit.AuditEntry;
import dev.latchkey.audit.AuditTable;
import dev.latchkey.server.DueTable.Due;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
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
  private final AuditTable audit;
  private final Clock clock;

  @Inject
  Reconciler(
      DueTable due, ServerTable servers, Convergence convergence, AuditTable audit, Clock clock) {
    this.due = due;
    this.servers = servers;
    this.convergence = convergence;
    this.audit = audit;
    this.clock = clock;
  }

  /** @return the servers that were looked at */
  public Uni<List<ServerName>> run() {
    return Uni.createFrom()
        .deferred(() -> due.until(clock.instant()))
        .chain(all -> Multi.createFrom()
            .iterable(all)
            .onItem()
            .transformToUni(one -> look(one)
                .replaceWith(one.server())
                .onFailure(ServerChanged.class)
                .recoverWithNull()
                .onFailure()
                .recoverWithItem(failure -> {
                  LOG.errorf(failure, "%s could not be looked at; it stays due", one.server());
                  return null;
                }))
            .merge(AT_ONCE)
            .collect()
            .asList());
  }

  private Uni<Void> look(Due item) {
    return servers
        .find(item.server())
        .chain(found -> found
            .filter(state -> isDue(state, item))
            .map(this::reconcile)
            .orElseGet(() -> due.drop(item)));
  }

  private static boolean isDue(ServerState state, Due item) {
    return state
        .server()
        .due()
        .filter(at -> DueItem.key(state.server(), at).equals(item.key()))
        .isPresent();
  }

  private Uni<Void> reconcile(ServerState before) {
    var now = clock.instant();
    var request = UUID.randomUUID().toString();
    var expired = before.wanted().stream().filter(grant -> grant.expiredAt(now)).toList();
    var after = expired.isEmpty()
        ? before.tryingAgain(now)
        : before.ending(grant -> grant.expiredAt(now), Grant.Reason.EXPIRED, now);
    var transaction = servers.store().transaction();
    servers.write(transaction, before, after);
    var written = expired.isEmpty()
        ? servers.store().write(transaction)
        : audit.commit(transaction, entry(before, expired, now, request));
    return written
        .chain(() -> convergence.deliver(after, request, WAIT))
        .invoke(delivered -> report(delivered, now))
        .replaceWithVoid();
  }

  private static AuditEntry entry(
      ServerState of, List<Grant> expired, Instant now, String request) {
    var what = expired.stream()
        .map(grant -> "ticket " + grant.ticket() + " as " + grant.user())
        .reduce((a, b) -> a + ", " + b)
        .orElseThrow();
    return new AuditEntry(
        of.server().owner(),
        "",
        NAME,
        "expired on " + of.server().name() + ": " + what,
        "",
        now,
        request);
  }

  private static void report(Convergence.Delivered delivered, Instant now) {
    var server = delivered.state().server();
    delivered
        .outcome()
        .statement()
        .ifPresent(stated -> stated
            .unmanaged()
            .forEach(drift -> LOG.warnf(
                "%s: %s %s of %s in %s",
                server.name(), drift.what(), drift.fingerprint(), drift.user(), drift.file())));
    if (!server.isConfirmed()) {
      var oldest = delivered.state().ending().stream()
          .map(grant -> Duration.between(grant.end().orElseThrow().at(), now).toSeconds())
          .max(Long::compare);
      LOG.warnf(
          "%s has not confirmed generation %d after %d orders (%s)%s",
          server.name(),
          server.generation(),
          server.attempts(),
          delivered.outcome(),
          oldest.map(age -> "; the oldest end is open for " + age + " s").orElse(""));
    }
  }
}
