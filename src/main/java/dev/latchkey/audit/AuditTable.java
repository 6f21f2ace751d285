package dev.latchkey.audit;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import dev.latchkey.store.UnknownOutcome;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/** How audit entries lie in the table: {@code A#user / time#request}. A change and its entry are one transaction. */
@Singleton
public class AuditTable {
  /** Milliseconds since 1970 in 15 digits: keys sort by time until the year 33658. */
  private static final String TIME = "%015d";

  private final Store store;

  @Inject
  public AuditTable(Store store) {
    this.store = store;
  }

  /**
   * Carries out a change together with its audit entry. When DynamoDB does not say whether it was done, the entry does:
   * it is there or not, and only then is the same transaction sent again, which DynamoDB carries out at most once.
   */
  public Uni<Void> commit(Transaction change, AuditEntry entry) {
    change.putNew(
        item(entry),
        () -> new IllegalStateException("two changes have the request id " + entry.request()));
    return store
        .write(change)
        .onFailure(UnknownOutcome.class)
        .recoverWithUni(() -> store
            .get(key(entry))
            .chain(found -> found.isPresent() ? Uni.createFrom().voidItem() : store.write(change)));
  }

  /** The entries from {@code since} to before {@code until}, newest first, at most {@code limit}. */
  public Uni<List<AuditEntry>> newestFirst(String user, Instant since, Instant until, int limit) {
    var query = Query.newestFirst("A#" + user, time(since), time(until), limit);
    return store
        .query(query)
        .map(items -> items.stream().map(item -> entry(user, item)).toList());
  }

  private static AuditEntry entry(String user, Item item) {
    return new AuditEntry(
        user,
        item.getText("credential"),
        item.getText("function_name"),
        item.getText("what"),
        item.getText("source_ip"),
        Instant.ofEpochMilli(item.getNumber("at")),
        item.getText("request_id"));
  }

  private static Item item(AuditEntry entry) {
    return Item.at(key(entry))
        .with("credential", entry.credential())
        .with("function_name", entry.function())
        .with("what", entry.what())
        .with("source_ip", entry.source())
        .with("at", entry.at().toEpochMilli())
        .with("request_id", entry.request());
  }

  private static Key key(AuditEntry entry) {
    return new Key("A#" + entry.user(), time(entry.at()) + "#" + entry.request());
  }

  private static String time(Instant instant) {
    return TIME.formatted(instant.toEpochMilli());
  }
}
