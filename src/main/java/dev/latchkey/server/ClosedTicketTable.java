package dev.latchkey.server;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Where tickets are listed: {@code TICKETS / owner#id} while they are open or not proven gone, {@code TICKETS#CLOSED /
 * owner#time#id} after that. The listed item of a closed ticket counts its grants that still stand, and each of them names
 * it, so that the transaction that stores the last receipt moves it, and none before but one that removes its server.
 */
@Singleton
public class ClosedTicketTable {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");

  public static final String OPEN = "TICKETS";
  public static final String CLOSED = "TICKETS#CLOSED";
  /** How many grants of a closed ticket are not proven gone; an open one does not count them. */
  public static final String STANDING = "standing";

  private static final String SAME_COUNT = STANDING + " = :counted";
  private static final Supplier<Changed> CHANGED = Changed::new;
  private static final int RETRIES = 5;

  /** Two items each: with 40 grants, their receipts and the server's own items, fewer than the 100 of a transaction. */
  private static final int MOST_AT_ONCE = 6;

  private final Store store;
  private final Change change;

  @Inject
  ClosedTicketTable(Store store, Change change) {
    this.store = store;
    this.change = change;
  }

  /** Which grants of closed tickets are gone: how many of each listed item. */
  public record Gone(Map<String, Long> counts) {
    public static Gone between(ServerState before, List<Grant> left) {
      return new Gone(before.grants().stream()
          .filter(grant -> grant.closed().isPresent())
          .filter(grant -> left.stream().noneMatch(other -> other.is(grant.ticket(), grant.user())))
          .collect(groupingBy(grant -> grant.closed().orElseThrow(), TreeMap::new, counting())));
    }

    private Gone part(int first, int end) {
      var part = new TreeMap<String, Long>();
      counts.entrySet().stream()
          .skip(first)
          .limit(end - first)
          .forEach(entry -> part.put(entry.getKey(), entry.getValue()));
      return new Gone(part);
    }
  }

  /** What a transaction that takes grants away writes of their tickets; nothing where these are open. */
  public record Settling(List<Item> listed, Gone gone) {
    /** @throws Changed in what writes it, when another server's grant of the same ticket went meanwhile */
    public void write(Transaction in) {
      for (var item : listed) {
        item.findNumber(STANDING)
            .ifPresent(standing ->
                settle(in, item, standing, standing - gone.counts().get(item.getText("sk"))));
      }
    }
  }

  /** Reads what is to be counted down: one request for each ticket that is closed, none for the open ones. */
  public Uni<Settling> read(Gone gone) {
    var now = gone.part(0, MOST_AT_ONCE);
    return Unis.all(now.counts().keySet(), sk -> store.get(new Key(OPEN, sk)))
        .map(found -> new Settling(found.stream().flatMap(Optional::stream).toList(), now));
  }

  /**
   * What does not fit into the transaction of the receipts. Where it breaks off, a closed ticket stays among the open ones,
   * where a list does not show it.
   */
  public Uni<Void> settleRest(Gone gone) {
    var count = gone.counts().size();
    return count <= MOST_AT_ONCE
        ? Uni.createFrom().voidItem()
        : rest(gone.part(MOST_AT_ONCE, count)).onFailure().recoverWithUni(failure -> {
          LOG.errorf(failure, "closed tickets stay listed: %s", gone.counts().keySet());
          return Uni.createFrom().voidItem();
        });
  }

  private Uni<Void> rest(Gone gone) {
    return Uni.createFrom()
        .deferred(() -> read(gone).chain(settling -> change.note(settling::write)))
        .onFailure(Changed.class)
        .retry()
        .atMost(RETRIES)
        .chain(() -> settleRest(gone));
  }

  /** The same item among the closed tickets. */
  public static Item closed(Item listed) {
    var attributes = new HashMap<>(listed.attributes());
    attributes.remove(STANDING);
    attributes.put("pk", Item.text(CLOSED));
    attributes.put(
        "sk",
        Item.text("%s#%012d#%d"
            .formatted(
                listed.getText("owner_name"),
                listed.getNumber("created_at"),
                listed.getNumber("ticket"))));
    return new Item(attributes);
  }

  private static void settle(Transaction in, Item item, long standing, long left) {
    var key = new Key(OPEN, item.getText("sk"));
    Map<String, AttributeValue> counted = Map.of(":counted", Item.number(standing));
    if (left <= 0) {
      in.delete(key, SAME_COUNT, counted, CHANGED);
      in.put(closed(item));
      return;
    }
    var values = new HashMap<>(counted);
    values.put(":left", Item.number(left));
    in.update(
        Update.builder()
            .key(key.attributes())
            .updateExpression("SET " + STANDING + " = :left")
            .conditionExpression(SAME_COUNT)
            .expressionAttributeValues(values)
            .build(),
        CHANGED);
  }
}
