package dev.latchkey.server;

import dev.latchkey.access.Suspension;
import dev.latchkey.change.Changed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Items;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Whose access is to end because of a suspension: {@code SUSPENDED / user}, from the change that suspends him until an end
 * is wanted of all of it.
 */
@Singleton
public class SuspendedTable {
  private static final String PARTITION = "SUSPENDED";
  private static final String SINCE = "suspended_at";
  private static final String SAME = SINCE + " = :since";
  private static final int MOST = 25;

  private final Store store;

  @Inject
  SuspendedTable(Store store) {
    this.store = store;
  }

  /** @param since what others granted after it stays */
  public record Suspended(String user, Instant since) {
    /** Whether the user was not let in between: it is suspended now, and no later than by this. */
    public boolean isStill(Optional<Suspension> now) {
      return now.filter(by -> by.since().getEpochSecond() <= since.getEpochSecond())
          .isPresent();
    }
  }

  public void note(Transaction in, Suspended one) {
    in.put(Item.at(key(one)).with(SINCE, Item.time(one.since())));
  }

  /** Some of them. */
  public Uni<Items<Suspended>> some() {
    return store
        .query(new Query(PARTITION, " ", Query.END, MOST, false))
        .map(items -> Items.each(
            items,
            item -> new Suspended(item.key().sk(), Instant.ofEpochSecond(item.getNumber(SINCE)))));
  }

  /** All of it is to end; one that was suspended again meanwhile stays. */
  public void done(Transaction in, Suspended one) {
    in.delete(
        key(one),
        "attribute_not_exists(pk) OR " + SAME,
        Map.of(":since", Item.time(one.since())),
        Changed::new);
  }

  private static Key key(Suspended one) {
    return new Key(PARTITION, one.user());
  }
}
