package dev.latchkey.audit;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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

  /** Adds an entry to the transaction of its change. */
  public void add(Transaction in, AuditEntry entry) {
    in.putNew(
        item(entry),
        () -> new IllegalStateException("two changes have the request id " + entry.request()));
  }

  /** Whether an entry, and with it its change, was written. */
  public Uni<Boolean> has(AuditEntry entry) {
    return store.get(key(entry)).map(Optional::isPresent);
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
