package dev.latchkey.access;

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
import java.util.List;
import java.util.Optional;

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

  public record Expiry(Key key, String user, String digest, Instant at) {}

  /** @param reached where the next page begins */
  public record Page(List<Expiry> expiries, String reached) {}

  static void note(Transaction in, Credential credential) {
    credential.scope().expiresAt().ifPresent(end -> {
      var sort = time(end) + "#" + credential.user() + "#" + credential.digest();
      in.put(Item.at(new Key(PARTITION, sort)));
    });
  }

  /** Those that expired first, until then, of which there may be more. */
  public Uni<Items<Expiry>> until(Instant time) {
    return store
        .query(new Query(PARTITION, " ", time(time) + Query.END, MOST, false))
        .map(items -> Items.each(items, ExpiryTable::expiry));
  }

  /**
   * Some of those that expire from {@code now} on until then.
   *
   * @param after what the page before has reached
   */
  public Uni<Page> between(Optional<String> after, Instant now, Instant until) {
    var end = time(until) + Query.END;
    var begin = after
        .filter(reached -> reached.compareTo(time(now)) > 0)
        // A blank sorts before everything that a key may go on with.
        .map(reached -> reached + " ")
        .orElseGet(() -> time(now));
    return begin.compareTo(end) > 0
        ? Uni.createFrom().item(new Page(List.of(), end))
        : store.query(new Query(PARTITION, begin, end, MOST, false)).map(items -> {
          var all = Items.each(items, ExpiryTable::expiry).read();
          return new Page(
              all, items.size() < MOST ? end : items.get(MOST - 1).key().sk());
        });
  }

  private static Expiry expiry(Item item) {
    var key = item.key();
    var parts = key.sk().split("#");
    var at = Instant.ofEpochSecond(Long.parseLong(parts[0]));
    return new Expiry(key, parts[1], parts[2], at);
  }

  public void drop(Transaction in, Expiry expiry) {
    in.delete(expiry.key());
  }

  private static String time(Instant time) {
    return "%012d".formatted(time.getEpochSecond());
  }
}
