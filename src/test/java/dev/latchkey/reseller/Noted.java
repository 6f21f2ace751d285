package dev.latchkey.reseller;

import dev.latchkey.server.SuspendedTable;
import dev.latchkey.server.SuspendedTable.Suspended;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;

/** What a suspension leaves for the reconciler, as if its call had broken off. */
@Singleton
@Unremovable
class Noted {
  @Inject
  SuspendedTable suspended;

  @Inject
  Store store;

  void noteAll(String user) {
    noteAll(user, Instant.now());
  }

  void noteAll(String user, Instant since) {
    var transaction = store.transaction();
    suspended.note(transaction, new Suspended(user, since));
    store.write(transaction).await().indefinitely();
  }

  Item read(String pk, String sk) {
    return store.get(new Key(pk, sk)).await().indefinitely().orElseThrow();
  }

  /** A ticket as it lies among the open ones. */
  Item listed(String owner, String ticket) {
    return store.query("TICKETS", owner + "#").await().indefinitely().stream()
        .filter(item -> item.getNumber("ticket") == Long.parseLong(ticket))
        .findFirst()
        .orElseThrow();
  }

  void put(Item item) {
    store.write(store.transaction().put(item)).await().indefinitely();
  }

  boolean isNoted(String user) {
    return store.get(new Key("SUSPENDED", user)).await().indefinitely().isPresent();
  }
}
