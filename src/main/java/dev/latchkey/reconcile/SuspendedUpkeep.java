package dev.latchkey.reconcile;

import dev.latchkey.change.Author;
import dev.latchkey.delivery.SuspendedEnding;
import dev.latchkey.server.SuspendedTable;
import dev.latchkey.server.SuspendedTable.Suspended;
import dev.latchkey.store.EachAlone;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Ends the access of suspended users, as far as the call that suspended them did not come to it; orders follow in the next pass. */
@Singleton
class SuspendedUpkeep implements Upkeep {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");
  private static final String NAME = "reconciler";
  private static final int AT_ONCE = 4;

  private final SuspendedTable suspended;
  private final SuspendedEnding ending;
  private final Clock clock;

  @Inject
  SuspendedUpkeep(SuspendedTable suspended, SuspendedEnding ending, Clock clock) {
    this.suspended = suspended;
    this.ending = ending;
    this.clock = clock;
  }

  /** A step of each in a pass. What goes wrong with one user leaves nobody else's access open. */
  @Override
  public Uni<Void> run() {
    return Uni.createFrom()
        .deferred(suspended::some)
        .chain(found -> found.orFail(all -> EachAlone.orFail(
            all,
            AT_ONCE,
            one -> step(one).replaceWith(true),
            (one, failure) ->
                LOG.errorf(failure, "the access of %s, who is suspended, stands yet", one.user()),
            "the access of suspended users stands yet")));
  }

  private Uni<SuspendedEnding.Step> step(Suspended one) {
    var author = Author.internal(NAME, clock.instant(), UUID.randomUUID().toString());
    return ending.next(one, author);
  }
}
