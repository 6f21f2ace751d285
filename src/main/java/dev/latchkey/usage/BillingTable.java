package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/**
 * Who is to be billed beside the users that there are: {@code BILLING / yyyymm#user}, written with what a removed token
 * counted, so that the bill of a user that is gone is closed, too.
 */
@Singleton
class BillingTable {
  static final String PARTITION = "BILLING";

  /** A month is closed long before. */
  private static final Duration KEPT = Duration.ofDays(400);

  private final Store store;

  @Inject
  BillingTable(Store store) {
    this.store = store;
  }

  void note(Transaction in, String user, Month month) {
    in.put(Item.at(new Key(PARTITION, month.yyyymm() + "#" + user))
        .with("ttl", Item.time(month.end().plus(KEPT))));
  }

  /** In the alphabetical order of their names. */
  Uni<List<String>> users(Month month) {
    var prefix = month.yyyymm() + "#";
    return store
        .query(Query.of(PARTITION, prefix))
        .map(items -> items.stream()
            .map(item -> item.getText("sk").substring(prefix.length()))
            .toList());
  }
}
