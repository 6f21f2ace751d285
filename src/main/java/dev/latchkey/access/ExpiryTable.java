package dev.latchkey.access;

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

/**
 * When credentials expire: {@code EXPIRES / time#user#digest}. It is a hint, written when the time is set; the credential
 * itself says whether it is still so.
 */
@Singleton
public class ExpiryTable {
  private static final String PARTITION = "EXPIRES";
  private static final int MOST = 25;

  private final Store store;

  @Inject
  ExpiryTable(Store store) {
    this.store = store;
  }

  public record Expiry(Key key, String user, String digest) {}

  static void note(Transaction in, Credential credential) {
    credential.scope().expiresAt().ifPresent(end -> {
      var sort = time(end) + "#" + credential.user() + "#" + credential.digest();
      in.put(Item.at(new Key(PARTITION, sort)));
    });
  }

  /** Those that expired first, until then, of which there may be more. */
  public Uni<List<Expiry>> until(Instant time) {
    return store
        .query(new Query(PARTITION, " ", time(time) + Query.END, MOST, false))
        .map(items -> items.stream().map(ExpiryTable::expiry).toList());
  }

  private static Expiry expiry(Item item) {
    var sort = item.getText("sk");
    var parts = sort.split("#");
    return new Expiry(new Key(PARTITION, sort), parts[1], parts[2]);
  }

  public void drop(Transaction in, Expiry expiry) {
    in.delete(expiry.key());
  }

  private static String time(Instant time) {
    return "%012d".formatted(time.getEpochSecond());
  }
}
