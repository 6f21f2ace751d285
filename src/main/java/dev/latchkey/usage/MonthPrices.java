package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.store.Store;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** What a call of a month costs: what was set at its end, and not what is set when its bill is closed. */
@Singleton
public class MonthPrices implements Upkeep {
  private final Store store;
  private final BillingTable billing;
  private final Prices prices;
  private final Clock clock;

  @Inject
  MonthPrices(Store store, BillingTable billing, Prices prices, Clock clock) {
    this.store = store;
    this.billing = billing;
    this.prices = prices;
    this.clock = clock;
  }

  /** Notes what is set for the month that goes on; what was noted and cannot be read is written anew. */
  @Override
  public Uni<Void> run() {
    return Uni.createFrom().deferred(() -> {
      var month = Month.of(clock.instant());
      return billing
          .prices(month)
          .onFailure()
          .recoverWithItem(Optional.empty())
          .chain(noted -> noted.filter(prices.list()::isSame).isPresent()
              ? Uni.createFrom().voidItem()
              : note(month));
    });
  }

  private Uni<Void> note(Month month) {
    var in = store.transaction();
    billing.note(in, month, prices.list());
    return store.write(in);
  }

  /** Of a month that is over, what was noted last in it; what is set where nothing was, as by an earlier release. */
  public Uni<PriceList> of(Month month, Instant now) {
    return now.isBefore(month.end())
        ? Uni.createFrom().item(prices.list())
        : billing.prices(month).map(noted -> noted.orElseGet(prices::list));
  }
}
