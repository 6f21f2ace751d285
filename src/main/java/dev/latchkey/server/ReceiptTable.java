package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Receipts, {@code R#server / E#ticket#user#time#generation}: written in the transaction that takes the grant away, kept for
 * good. They have a partition of their own, of which no role may change or delete an item. Earlier releases wrote them among
 * the server's items, {@code S#server}, where they are read too.
 */
@Singleton
public class ReceiptTable {
  private static final String PARTITION = "R#";
  private static final String OLD_PARTITION = "S#";
  private static final String PREFIX = "E#";
  private static final Comparator<Item> NEWEST_FIRST =
      Comparator.comparing((Item item) -> item.getText("sk")).reversed();

  private final Store store;
  private final AccessEvents events;

  @Inject
  ReceiptTable(Store store, AccessEvents events) {
    this.store = store;
    this.events = events;
  }

  /** @param of the server, as it was before */
  public void add(Transaction in, ServerState of, Receipt receipt) {
    events.revoked(in, of, receipt);
    var sortKey = PREFIX + receipt.ticket() + "#" + receipt.user() + "#"
        + DueItem.until(receipt.statedAt()) + "#" + receipt.generation();
    in.put(Item.at(new Key(PARTITION + receipt.server(), sortKey))
        .with("ticket", receipt.ticket())
        .with("server_num", receipt.number())
        .with("ssh_user", receipt.user().value())
        .with("fingerprint", receipt.fingerprint())
        .with("node", receipt.node().map(node -> Item.text(node.value())))
        .with("reason", receipt.reason().name())
        .with("granted_at", Item.time(receipt.grantedAt()))
        .with("ended_at", Item.time(receipt.endedAt()))
        .with("stated_at", Item.time(receipt.statedAt()))
        .with("generation", receipt.generation())
        .with("simulated", receipt.simulated() ? 1 : 0)
        .with("inventory", receipt.inventory().map(Item::text))
        .with("statement", receipt.statement()));
  }

  /**
   * The receipts of an account of a ticket on one server, newest first.
   *
   * @param until only what was stated before
   */
  public Uni<List<Receipt>> newestFirst(GrantKey of, Instant until, int most) {
    var prefix = PREFIX + of.ticket() + "#" + of.user() + "#";
    return Unis.all(
            List.of(PARTITION, OLD_PARTITION),
            partition -> store.query(Query.newestFirst(
                partition + of.server(), prefix, prefix + DueItem.until(until), most)))
        .map(both -> both.stream()
            .flatMap(List::stream)
            .sorted(NEWEST_FIRST)
            .limit(most)
            .map(item -> item.as(one -> read(of.server(), one)))
            .toList());
  }

  private static Receipt read(ServerName server, Item item) {
    return new Receipt(
        item.getNumber("ticket"),
        item.getNumber("server_num"),
        new SshUser(item.getText("ssh_user")),
        item.getText("fingerprint"),
        server,
        item.findText("node").map(NodeId::new),
        Grant.Reason.valueOf(item.getText("reason")),
        Instant.ofEpochSecond(item.getNumber("granted_at")),
        Instant.ofEpochSecond(item.getNumber("ended_at")),
        Instant.ofEpochSecond(item.getNumber("stated_at")),
        item.getNumber("generation"),
        item.findNumber("simulated").orElse(0L) == 1,
        item.findText("inventory"),
        item.getText("statement"));
  }
}
