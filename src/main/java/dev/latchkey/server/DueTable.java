package dev.latchkey.server;

import dev.latchkey.change.Changed;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What the reconciler must look at. An item is a hint that is there for as long as the server is due at some time, and never
 * later than that but for a look that has begun: the server itself says whether it is due.
 */
@Singleton
public class DueTable {
  private static final int PAGE = 500;
  private static final String SAME_TIME = DueItem.AT + " = :seen";

  private final Store store;

  @Inject
  DueTable(Store store) {
    this.store = store;
  }

  /**
   * A hint that a server is due.
   *
   * @param server its name, as the item has it
   * @param isLook whether the server is confirmed and nothing of it has ended, so that this may wait for what closes access
   * @param isOther whether it is not in the form of this release: an earlier one wrote it, with the time in its key, or it
   *     is damaged
   */
  public record Due(String server, Instant at, boolean isLook, boolean isOther, Key key) {
    /** What closes access comes before looks, and of each the longest overdue. */
    public static final Comparator<Due> BY_URGENCY =
        Comparator.comparing(Due::isLook).thenComparing(Due::at);
  }

  /** The hint that {@link #follow} has made. */
  public static Due hint(ServerState state) {
    return DueItem.read(DueItem.write(state));
  }

  /** All that is due, in no particular order; one read for each shard, and one more for each 500 servers of it. */
  public Uni<List<Due>> until(Instant now) {
    var shards = IntStream.range(0, DueItem.SHARDS).mapToObj(DueItem::partition).toList();
    return Unis.all(shards, shard -> page(shard, " ", now, new ArrayList<>()))
        .map(all -> all.stream().flatMap(List::stream).toList());
  }

  private Uni<List<Due>> page(String shard, String first, Instant now, List<Due> before) {
    return store.query(new Query(shard, first, Query.END, PAGE, false)).chain(items -> {
      items.stream().map(DueItem::read).filter(due -> !due.at().isAfter(now)).forEach(before::add);
      // A blank sorts before everything that a key may go on with.
      return items.size() == PAGE
          ? page(shard, items.get(PAGE - 1).key().sk() + " ", now, before)
          : Uni.createFrom().item(before);
    });
  }

  /** Takes away the hint of a server that is gone or due at no time; fails with {@link Changed} where it is not so. */
  public void drop(Transaction in, Due due) {
    deleteSeen(in, due);
    in.check(
        ServerItem.key(new ServerName(due.server())),
        "attribute_not_exists(due_at)",
        Map.of(),
        Changed::new);
  }

  /** Has a hint say what the server says, in the form of this release; fails with {@link Changed} where another one did. */
  public void follow(Transaction in, Due due, ServerState state) {
    in.check(
        ServerItem.key(state.server().name()),
        ServerTable.SAME_REVISION,
        ServerTable.revision(state),
        Changed::new);
    if (due.isOther()) {
      if (!due.key().equals(DueItem.key(state.server().name()))) {
        deleteSeen(in, due);
      }
      in.put(DueItem.write(state));
    } else {
      begin(in, due, state);
    }
  }

  /**
   * Takes the look that is due: of several passes at once, one succeeds and the others fail with {@link Changed}.
   *
   * @param planned the server with the time of its next look, which is kept although this one may break off
   */
  public void begin(Transaction in, Due due, ServerState planned) {
    in.update(DueItem.changesTo(planned).update(due.key(), SAME_TIME, seen(due)), Changed::new);
  }

  private static void deleteSeen(Transaction in, Due due) {
    if (due.isOther()) {
      in.delete(due.key(), "attribute_exists(pk)", Map.of(), Changed::new);
    } else {
      in.delete(due.key(), SAME_TIME, seen(due), Changed::new);
    }
  }

  private static Map<String, AttributeValue> seen(Due due) {
    return Map.of(":seen", Item.time(due.at()));
  }
}
