package dev.latchkey.usage;

import dev.latchkey.access.RemainsTable;
import dev.latchkey.access.RemainsTable.Due;
import dev.latchkey.access.RemainsTable.Remains;
import dev.latchkey.store.EachAlone;
import dev.latchkey.store.Store;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Serial;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Keeps what revoked credentials counted with their users, and deletes what is left of them: each once. */
@Singleton
class RevokedCounters implements Upkeep {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");

  /** The calls that were under way have ended by then: a Lambda has 29 seconds. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final int RETRIES = 3;

  private final RemainsTable remains;
  private final LastCounters counters;
  private final Store store;
  private final Clock clock;

  @Inject
  RevokedCounters(RemainsTable remains, LastCounters counters, Store store, Clock clock) {
    this.remains = remains;
    this.counters = counters;
    this.store = store;
    this.clock = clock;
  }

  @Override
  public Uni<Void> run() {
    return Uni.createFrom()
        .deferred(() -> remains.until(clock.instant().minus(PATIENCE)))
        .chain(found -> found.orFail(all -> EachAlone.orFail(
            all,
            1,
            this::keep,
            (due, failure) ->
                LOG.errorf(failure, "what revoked tokens of %s counted stays on them", due.user()),
            "counters of revoked tokens could not be kept yet")));
  }

  private Uni<Boolean> keep(Due due) {
    return Multi.createFrom()
        .iterable(due.digests())
        .onItem()
        .transformToUniAndConcatenate(digest -> keep(due.user(), digest).replaceWith(true))
        .collect()
        .asList()
        .chain(() -> {
          var transaction = store.transaction();
          remains.drop(transaction, due);
          return store.write(transaction);
        })
        .replaceWith(true);
  }

  private Uni<Void> keep(String user, String digest) {
    return Uni.createFrom()
        .deferred(() -> remains.find(user, digest))
        .chain(
            found -> found.map(this::keep).orElseGet(() -> Uni.createFrom().item(Optional.empty())))
        .onFailure(Changed.class)
        .retry()
        .atMost(RETRIES)
        .chain(left -> left.isPresent() ? keep(user, digest) : Uni.createFrom().voidItem());
  }

  /** @return what is left of it, if it had counters of more months than a transaction goes through */
  private Uni<Optional<Remains>> keep(Remains seen) {
    return counters
        .full(seen)
        .chain(full -> {
          var transaction = store.transaction();
          counters.take(transaction, seen, full, Changed::new);
          return store.write(transaction);
        })
        .replaceWith(() -> counters.fit(seen) ? Optional.<Remains>empty() : Optional.of(seen));
  }

  /** A call that was under way has taken its count back meanwhile, or somebody else was first. */
  private static final class Changed extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;
  }
}
