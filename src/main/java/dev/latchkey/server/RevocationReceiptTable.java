package dev.latchkey.server;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;

/**
 * Receipts of revoked keys, {@code R#server / K#fingerprint#time#generation}: written in the transaction that notes that the
 * key is proven gone, and kept for good beside those of grants, also when the key is allowed again.
 */
@Singleton
public class RevocationReceiptTable {
  private final Store store;

  @Inject
  RevocationReceiptTable(Store store) {
    this.store = store;
  }

  /** A receipt for each key that {@code stated} has proven gone. */
  public void add(Transaction in, ServerState before, ServerState after, Observation stated) {
    after.revocations().provenSince(before.revocations()).stream()
        .map(proven -> RevocationReceipt.of(proven, after.server().name(), stated))
        .forEach(receipt -> in.put(write(receipt)));
  }

  /** The newest of a key on a server. */
  public Uni<Optional<RevocationReceipt>> newest(ServerName server, String fingerprint) {
    var prefix = prefix(fingerprint);
    return store
        .query(Query.newestFirst(partition(server), prefix, prefix + Query.END, 1))
        .map(items -> items.stream().findFirst().map(item -> item.as(one -> read(server, one))));
  }

  private static String partition(ServerName server) {
    return "R#" + server;
  }

  private static String prefix(String fingerprint) {
    return "K#" + fingerprint + "#";
  }

  private static Item write(RevocationReceipt receipt) {
    var sortKey = prefix(receipt.fingerprint()) + DueItem.until(receipt.statedAt()) + "#"
        + receipt.generation();
    return Item.at(new Key(partition(receipt.server()), sortKey))
        .with("fingerprint", receipt.fingerprint())
        .with("revoked_at", Item.time(receipt.at()))
        .with("revoked_by", receipt.by())
        .with("reason", receipt.reason().map(Item::text))
        .with("stated_at", Item.time(receipt.statedAt()))
        .with("generation", receipt.generation())
        .with("simulated", receipt.simulated() ? 1 : 0)
        .with("statement", receipt.statement());
  }

  private static RevocationReceipt read(ServerName server, Item item) {
    return new RevocationReceipt(
        server,
        item.getText("fingerprint"),
        Instant.ofEpochSecond(item.getNumber("revoked_at")),
        item.getText("revoked_by"),
        item.findText("reason"),
        Instant.ofEpochSecond(item.getNumber("stated_at")),
        item.getNumber("generation"),
        item.getNumber("simulated") == 1,
        item.getText("statement"));
  }
}
