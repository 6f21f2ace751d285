package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/** Receipts, {@code S#server / E#ticket#user#time}: written in the transaction that takes the grant away, kept for good. */
@Singleton
public class ReceiptTable {
  private static final String PREFIX = "E#";

  private final Store store;

  @Inject
  ReceiptTable(Store store) {
    this.store = store;
  }

  public void add(Transaction in, Receipt receipt) {
    var sortKey = PREFIX + receipt.ticket() + "#" + receipt.user() + "#"
        + DueItem.until(receipt.statedAt()) + "#" + receipt.generation();
    in.put(Item.at(new Key("S#" + receipt.server(), sortKey))
        .with("ticket", receipt.ticket())
        .with("server_num", receipt.number())
        .with("ssh_user", receipt.user().value())
        .with("fingerprint", receipt.fingerprint())
        .with("reason", receipt.reason().name())
        .with("granted_at", Item.time(receipt.grantedAt()))
        .with("ended_at", Item.time(receipt.endedAt()))
        .with("stated_at", Item.time(receipt.statedAt()))
        .with("generation", receipt.generation())
        .with("statement", receipt.statement()));
  }

  /** The receipts of a ticket on one server, by account and time. */
  public Uni<List<Receipt>> find(ServerName server, long ticket) {
    return store
        .query("S#" + server, PREFIX + ticket + "#")
        .map(items -> items.stream().map(item -> read(server, item)).toList());
  }

  private static Receipt read(ServerName server, Item item) {
    return new Receipt(
        item.getNumber("ticket"),
        item.getNumber("server_num"),
        new SshUser(item.getText("ssh_user")),
        item.getText("fingerprint"),
        server,
        Grant.Reason.valueOf(item.getText("reason")),
        Instant.ofEpochSecond(item.getNumber("granted_at")),
        Instant.ofEpochSecond(item.getNumber("ended_at")),
        Instant.ofEpochSecond(item.getNumber("stated_at")),
        item.getNumber("generation"),
        item.getText("statement"));
  }
}
