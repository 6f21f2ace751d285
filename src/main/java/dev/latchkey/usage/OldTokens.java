package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.usage.BillingTable.Walk;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Removes what single tokens counted, a year after the end of the month: then it is told without them. The bill was closed
 * long before, and its digest of tokens stays.
 */
@Singleton
class OldTokens implements Upkeep {
  private static final Duration KEPT = Duration.ofDays(365);
  private static final String WALK = "TOGETHER";

  private final UserWalk walk;
  private final BillingTable billing;
  private final UsageTable usage;
  private final Clock clock;

  @Inject
  OldTokens(UserWalk walk, BillingTable billing, UsageTable usage, Clock clock) {
    this.walk = walk;
    this.billing = billing;
    this.usage = usage;
    this.clock = clock;
  }

  @Override
  public Uni<Void> run() {
    return Uni.createFrom().deferred(() -> billing.walk(WALK)).chain(found -> {
      var now = clock.instant();
      var newest = Month.of(now.minus(KEPT)).previous();
      var at = found.map(OldTokens::next).orElseGet(() -> Walk.begin(WALK, newest.yyyymm()));
      var month = Optional.of(new Month(at.of())).filter(of -> of.compareTo(newest) <= 0);
      return walk.go(at, month, this::piece);
    });
  }

  /** Of more tokens than a transaction goes through, the next pass takes the next ones. */
  private Uni<Boolean> piece(String user, Month month) {
    return usage.tellTogether(user, month).map(more -> !more);
  }

  private static Walk next(Walk last) {
    return last.isDone() ? last.on(new Month(last.of()).next().yyyymm(), last.left()) : last;
  }
}
