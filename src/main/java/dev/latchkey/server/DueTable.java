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
import java.util.ArrayList;
import java.util.List;

/** What the reconciler must look at. An item is a hint: the server itself says whether it is due. */
@Singleton
public class DueTable {
  private static final int MOST = 25;

  private final Store store;

  @Inject
  DueTable(Store store) {
    this.store = store;
  }

  /** A hint that {@code server} was due at some time. */
  public record Due(ServerName server, Key key) {
    /** Whether it is what the server itself says, or a leftover. */
    public boolean isOf(Server state) {
      return state.due().filter(at -> DueItem.key(state, at).equals(key)).isPresent();
    }
  }

  /** The servers that are due, the longest overdue of each shard first; one read for each shard. */
  public Uni<List<Due>> until(Instant now) {
    return until(now, 0, new ArrayList<>());
  }

  private Uni<List<Due>> until(Instant now, int shard, List<Due> before) {
    if (shard == DueItem.SHARDS) {
      return Uni.createFrom().item(before);
    }
    var last = DueItem.until(now) + Query.END;
    return store
        .query(new Query(DueItem.partition(shard), " ", last, MOST, false))
        .chain(items -> {
          items.forEach(item -> before.add(due(item)));
          return until(now, shard + 1, before);
        });
  }

  /** Takes away a hint that no server knows of. */
  public void drop(Transaction in, Due due) {
    in.delete(due.key());
  }

  private static Due due(Item item) {
    return new Due(
        new ServerName(item.getText("server_name")),
        new Key(item.getText("pk"), item.getText("sk")));
  }
}
