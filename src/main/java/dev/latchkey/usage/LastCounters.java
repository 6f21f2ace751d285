package dev.latchkey.usage;

import dev.latchkey.access.RemainsTable;
import dev.latchkey.access.RemainsTable.Remains;
import dev.latchkey.store.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** Keeps what a credential counted with its user, and deletes the credential, or what is left of it, with the last of it. */
@Singleton
public class LastCounters {
  private final RemainsTable remains;
  private final UsageTable usage;
  private final BillingTable billing;

  @Inject
  LastCounters(RemainsTable remains, UsageTable usage, BillingTable billing) {
    this.remains = remains;
    this.usage = usage;
    this.billing = billing;
  }

  /** Whether one transaction is enough. */
  public boolean fit(Remains seen) {
    return Folding.oldest(seen.counted()).size() == seen.counted().size();
  }

  /** As much as a transaction takes; all that is left, if it {@link #fit fits}. */
  public void take(Transaction in, Remains seen, Supplier<? extends RuntimeException> changed) {
    var part = Folding.oldest(seen.counted());
    if (fit(seen)) {
      remains.delete(in, seen, changed);
    } else {
      remains.takeOut(in, seen, part, changed);
    }
    part.forEach((month, tally) -> {
      usage.add(in, seen.user(), seen.id(), seen.name(), month, tally);
      billing.note(in, seen.user(), month);
    });
  }
}
