package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.access.RemainsTable;
import dev.latchkey.access.RemainsTable.Remains;
import dev.latchkey.access.TokenCallsTable.TokenCalls;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
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

  /** The months in which it is told with others, as too many are told apart. */
  public Uni<Set<Month>> full(Remains seen) {
    return usage.full(seen.user(), Folding.oldest(seen.counted()).keySet());
  }

  /**
   * As much as a transaction takes; all that is left, if it {@link #fit fits}.
   *
   * @param full as {@link #full} has it
   */
  public void take(
      Transaction in, Remains seen, Set<Month> full, Supplier<? extends RuntimeException> changed) {
    var part = Folding.oldest(seen.counted());
    if (fit(seen)) {
      remains.delete(in, seen, changed);
    } else {
      remains.takeOut(in, seen, part, changed);
    }
    part.forEach((month, tally) -> {
      var gone = new TokenCalls(seen.id(), seen.name(), tally);
      usage.addLast(in, gone, seen.user(), month, full.contains(month), changed);
      billing.note(in, seen.user(), month);
    });
  }
}
