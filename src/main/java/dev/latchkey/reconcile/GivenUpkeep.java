package dev.latchkey.reconcile;

import dev.latchkey.change.Author;
import dev.latchkey.delivery.GivenEnding;
import dev.latchkey.server.GivenTable;
import dev.latchkey.server.GivenTable.Ending;
import dev.latchkey.store.EachAlone;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Ends what revoked tokens gave, as far as the call that revoked them did not come to it; orders follow in the next pass. */
@Singleton
class GivenUpkeep implements Upkeep {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");
  private static final String NAME = "reconciler";
  private static final int AT_ONCE = 4;

  /** So many of {@link GivenEnding#MOST} for one change in one pass. */
  private static final int MOST_STEPS = 25;

  private final GivenTable given;
  private final GivenEnding ending;
  private final Clock clock;

  @Inject
  GivenUpkeep(GivenTable given, GivenEnding ending, Clock clock) {
    this.given = given;
    this.ending = ending;
    this.clock = clock;
  }

  /** What goes wrong with one change leaves nothing open that another one is to end. */
  @Override
  public Uni<Void> run() {
    return Uni.createFrom()
        .deferred(given::endings)
        .chain(found -> found.orFail(all -> EachAlone.orFail(
            all,
            AT_ONCE,
            one -> steps(one, MOST_STEPS).replaceWith(true),
            (one, failure) ->
                LOG.errorf(failure, "what the revoked tokens %s gave stands yet", one.tokens()),
            "what revoked tokens gave stands yet")));
  }

  private Uni<Void> steps(Ending of, int most) {
    var author = Author.internal(NAME, clock.instant(), UUID.randomUUID().toString());
    return ending
        .next(of, author)
        .chain(
            step -> step.isLast() || most == 1 ? Uni.createFrom().voidItem() : steps(of, most - 1));
  }
}
