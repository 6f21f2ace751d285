package dev.latchkey.reconcile;

import dev.latchkey.audit.AuditTable;
import dev.latchkey.audit.Occurrence;
import dev.latchkey.audit.OccurrenceTable;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.store.EachAlone;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Makes audit entries of the refusals, denials and noted answers of hours that are over, {@value #MOST} a pass. */
@Singleton
class OccurrenceUpkeep implements Upkeep {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");
  private static final int MOST = 500;
  private static final int AT_ONCE = 8;

  private final OccurrenceTable occurrences;
  private final AuditTable audit;
  private final Change change;
  private final Clock clock;

  @Inject
  OccurrenceUpkeep(OccurrenceTable occurrences, AuditTable audit, Change change, Clock clock) {
    this.occurrences = occurrences;
    this.audit = audit;
    this.change = change;
    this.clock = clock;
  }

  @Override
  public Uni<Void> run() {
    return Uni.createFrom()
        .deferred(() -> occurrences.over(clock.instant(), MOST))
        .chain(found -> found.orFail(all -> EachAlone.orFail(
            all,
            AT_ONCE,
            this::enter,
            (one, failure) -> LOG.errorf(
                failure, "%d calls of %s are not in the audit yet", one.calls(), one.user()),
            "calls are not in the audit yet")));
  }

  /** One that was counted further meanwhile, or that another pass has taken, is left to the next one. */
  private Uni<Boolean> enter(Occurrence one) {
    var entry = AuditTable.entry(one, UUID.randomUUID().toString());
    return change
        .note(in -> {
          occurrences.take(in, one, Changed::new);
          audit.add(in, entry);
        })
        .onFailure(Changed.class)
        .recoverWithNull()
        .replaceWith(true);
  }
}
