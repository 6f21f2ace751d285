package dev.latchkey.server;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/** Keys that were authorized by hand: {@code S#server / AK#fingerprint}. */
@Singleton
public class AuthorizedKeyTable {
  private static final String PREFIX = "AK#";

  private final Store store;

  @Inject
  AuthorizedKeyTable(Store store) {
    this.store = store;
  }

  /** The keys that were authorized on a server. */
  public Uni<List<AuthorizedKey>> on(ServerName server) {
    return store
        .query("S#" + server, PREFIX)
        .map(items -> items.stream().map(item -> read(server, item)).toList());
  }

  public void remember(Transaction in, AuthorizedKey key) {
    in.put(Item.at(key(key.server(), key.fingerprint()))
        .with("fingerprint", key.fingerprint())
        .with("authorized_at", Item.time(key.at()))
        .with("expires_at", key.expiresAt().map(Item::time))
        .with("authorized_by", key.by()));
  }

  public void forget(Transaction in, ServerName server, String fingerprint) {
    in.delete(key(server, fingerprint));
  }

  private static AuthorizedKey read(ServerName server, Item item) {
    return new AuthorizedKey(
        server,
        item.getText("fingerprint"),
        Instant.ofEpochSecond(item.getNumber("authorized_at")),
        item.findNumber("expires_at").map(Instant::ofEpochSecond),
        item.getText("authorized_by"));
  }

  private static Key key(ServerName server, String fingerprint) {
    return new Key("S#" + server, PREFIX + fingerprint);
  }
}
