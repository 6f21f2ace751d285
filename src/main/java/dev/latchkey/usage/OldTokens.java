package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.usage.BillingTable.Walk;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Removes what single tokens counted, a year after the end of the month: then it is told without them. The bill was closed
 * long before, and its digest of tokens stays.
 */
@Singleton
class OldTokens implements Upkeep {
  private static final Duration KEPT = Duration.ofDays(365);
  private static final String WALK = "TOGETHER";

  /** Of one pass: each is a read, and a transaction where there is something to remove. */
  private static final int PIECES = 50;

  private final BilledUsers users;
  private final BillingTable billing;
  private final UsageTable usage;
  private final Clock clock;

  @Inject
  OldTokens(BilledUsers users, BillingTable billing, UsageTable usage, Clock clock) {
    this.users = users;
    this.billing = billing;
    this.usage = usage;
    this.clock = clock;
  }

  @Override
  public Uni<Void> run() {
    return Uni.createFrom().deferred(() -> billing.walk(WALK)).chain(found -> {
      var now = clock.instant();
      var newest = Month.of(now.minus(KEPT)).previous();
      var at = found.map(OldTokens::next).orElseGet(() -> begin(newest));
      var month = new Month(at.of());
      return month.compareTo(newest) > 0
          ? Uni.createFrom().voidItem()
          : users
              .of(month)
              .map(all ->
                  all.stream().filter(name -> name.compareTo(at.after()) > 0).toList())
              .chain(names -> go(at, month, names, PIECES))
              .chain(billing::note);
    });
  }

  private static Walk next(Walk last) {
    return last.isDone() ? begin(new Month(last.of()).next()) : last;
  }

  private static Walk begin(Month month) {
    return new Walk(WALK, month.yyyymm(), "", false);
  }

  private Uni<Walk> go(Walk at, Month month, List<String> names, int pieces) {
    if (names.isEmpty()) {
      return Uni.createFrom().item(new Walk(WALK, at.of(), at.after(), true));
    }
    if (pieces == 0) {
      return Uni.createFrom().item(at);
    }
    var name = names.get(0);
    return usage
        .tellTogether(name, month)
        .chain(more -> more
            ? go(at, month, names, pieces - 1)
            : go(
                new Walk(WALK, at.of(), name, false),
                month,
                names.subList(1, names.size()),
                pieces - 1));
  }
}
