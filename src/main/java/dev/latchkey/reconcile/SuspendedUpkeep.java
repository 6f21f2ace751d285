package dev.latchkey.reconcile;

import dev.latchkey.change.Author;
import dev.latchkey.delivery.SuspendedEnding;
import dev.latchkey.server.SuspendedTable;
import dev.latchkey.server.SuspendedTable.Suspended;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;

/** Ends the access of suspended users, as far as the call that suspended them did not come to it; orders follow in the next pass. */
@Singleton
class SuspendedUpkeep implements Upkeep {
  private static final String NAME = "reconciler";

  private final SuspendedTable suspended;
  private final SuspendedEnding ending;
  private final Clock clock;

  @Inject
  SuspendedUpkeep(SuspendedTable suspended, SuspendedEnding ending, Clock clock) {
    this.suspended = suspended;
    this.ending = ending;
    this.clock = clock;
  }

  /** A step of each in a pass. */
  @Override
  public Uni<Void> run() {
    return Uni.createFrom()
        .deferred(suspended::some)
        .chain(all -> Multi.createFrom()
            .iterable(all)
            .onItem()
            .transformToUniAndConcatenate(one -> step(one).replaceWith(true))
            .collect()
            .asList())
        .replaceWithVoid();
  }

  private Uni<SuspendedEnding.Step> step(Suspended one) {
    var author = Author.internal(NAME, clock.instant(), UUID.randomUUID().toString());
    return ending.next(one, author);
  }
}
