package dev.latchkey.token;

import dev.latchkey.access.ExpiryTable;
import dev.latchkey.access.ExpiryTable.Expiry;
import dev.latchkey.access.Month;
import dev.latchkey.access.RemainsTable;
import dev.latchkey.access.RemainsTable.Remains;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.settings.Settings;
import dev.latchkey.store.EachAlone;
import dev.latchkey.usage.LastCounters;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Removes tokens that expired long ago: until then they are listed, as WHM says. They are deleted, and not changed as a
 * revoke does: so the reconciler's role allows no change of what gives privileges.
 */
@Singleton
class ExpiredTokens implements Upkeep {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");
  private static final String NAME = "reconciler";

  /** Two of one user's would change the count of his tokens at the same time. */
  private static final int AT_ONCE = 1;

  /** Calls that were admitted before it expired have ended by then: a Lambda has 29 seconds. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ExpiryTable expiries;
  private final RemainsTable remains;
  private final LastCounters counters;
  private final TokenTable tokens;
  private final LimitTable limits;
  private final Change change;
  private final Duration kept;
  private final Clock clock;

  @Inject
  ExpiredTokens(
      ExpiryTable expiries,
      RemainsTable remains,
      LastCounters counters,
      TokenTable tokens,
      LimitTable limits,
      Change change,
      Settings settings,
      Clock clock) {
    this.expiries = expiries;
    this.remains = remains;
    this.counters = counters;
    this.tokens = tokens;
    this.limits = limits;
    this.change = change;
    var asked = settings.expiredTokensKept();
    this.kept = asked.compareTo(PATIENCE) < 0 ? PATIENCE : asked;
    this.clock = clock;
  }

  @Override
  public Uni<Void> run() {
    return Uni.createFrom().deferred(() -> {
      var now = clock.instant();
      return expiries
          .until(now.minus(kept))
          .chain(found -> found.orFail(all -> EachAlone.orFail(
              all,
              AT_ONCE,
              expiry -> sweep(expiry, now).replaceWith(true),
              (expiry, failure) ->
                  LOG.errorf(failure, "an expired token of %s is not removed yet", expiry.user()),
              "expired tokens are not removed yet")));
    });
  }

  private Uni<Void> sweep(Expiry expiry, Instant now) {
    return remains
        .findExpired(expiry.user(), expiry.digest(), now.minus(kept))
        .chain(found -> found
            .map(seen -> sweep(seen, expiry, now))
            .orElseGet(() -> change.note(in -> expiries.drop(in, expiry))))
        // It is looked at again in a minute.
        .onFailure(Changed.class)
        .recoverWithNull();
  }

  private Uni<Void> sweep(Remains seen, Expiry expiry, Instant now) {
    return counters.full(seen).chain(full -> sweep(seen, full, expiry, now));
  }

  private Uni<Void> sweep(Remains seen, Set<Month> full, Expiry expiry, Instant now) {
    if (!counters.fit(seen)) {
      return change.note(in -> counters.take(in, seen, full, Changed::new));
    }
    var token = seen.credential().orElseThrow();
    var author = Author.internal(NAME, now, UUID.randomUUID().toString());
    var what = "removed “" + token.name() + "”, which expired on "
        + token.scope().expiresAt().orElseThrow();
    return change.commit(author, token.user(), what, in -> {
      counters.take(in, seen, full, Changed::new);
      tokens.forget(in, token);
      limits.remove(in, token.user(), Limited.TOKENS, 1);
      expiries.drop(in, expiry);
    });
  }
}
