package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.usage.BillingTable.Walk;
import dev.latchkey.usage.DayTable.Snapshot;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Notes, after the end of each day (UTC), what every user has counted in its month until then; of one that
 * cannot be read on that day, the next one has the calls of both.
 */
@Singleton
class DaySnapshots implements Upkeep {
  private static final String WALK = "DAYS";

  private final UserWalk walk;
  private final BillingTable billing;
  private final DayTable days;
  private final UserCalls calls;
  private final Clock clock;

  @Inject
  DaySnapshots(UserWalk walk, BillingTable billing, DayTable days, UserCalls calls, Clock clock) {
    this.walk = walk;
    this.billing = billing;
    this.days = days;
    this.calls = calls;
    this.clock = clock;
  }

  @Override
  public Uni<Void> run() {
    return Uni.createFrom().deferred(() -> billing.walk(WALK)).chain(found -> {
      var day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(1);
      var at = found
          .map(last -> last.of().equals(day.toString()) ? last : last.on(day.toString(), List.of()))
          .orElseGet(() -> Walk.begin(WALK, day.toString()));
      var month = Month.of(day.atStartOfDay(ZoneOffset.UTC).toInstant());
      return walk.go(
          at, Optional.of(month).filter(due -> !at.isDone()), (user, of) -> note(user, of, day));
    });
  }

  private Uni<Boolean> note(String user, Month month, LocalDate day) {
    return Uni.createFrom().deferred(() -> {
      var now = clock.instant();
      return calls
          .sum(user, month)
          .chain(sum -> days.write(user, month, day.getDayOfMonth(), new Snapshot(now, sum)))
          .replaceWith(true);
    });
  }
}
