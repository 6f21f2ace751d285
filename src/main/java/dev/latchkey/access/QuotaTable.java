package dev.latchkey.access;

import dev.latchkey.store.ConditionFailed;
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
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * The users that have a quota, {@code QUOTAS / user}, one item for each, and the sum of their calls, which is with their
 * profile: admission reads that anyway, and so no call writes more for a quota of its user.
 */
@Singleton
public class QuotaTable {
  private static final String PARTITION = "QUOTAS";
  private static final String SUMMED_AT = "summed_at";

  private final Store store;

  @Inject
  QuotaTable(Store store) {
    this.store = store;
  }

  /** In the transaction that makes or changes the user. */
  static void note(Transaction in, User user) {
    var key = key(user.name());
    if (user.quota().isPresent()) {
      in.put(Item.at(key));
    } else {
      in.delete(key);
    }
  }

  /** In the transaction that removes the user. */
  static void forget(Transaction in, User user) {
    in.delete(key(user.name()));
  }

  /** In the alphabetical order of their names. */
  public Uni<List<String>> users() {
    return store
        .query(Query.between(PARTITION, " ", Query.END))
        .map(items -> items.stream().map(item -> item.getText("sk")).toList());
  }

  /**
   * Notes a sum, unless a later one is there.
   *
   * @param at when it was begun to be read
   */
  public Uni<Void> write(String user, Month month, long sum, Instant at) {
    var before = month.previous();
    return store
        .updateOnce(Update.builder()
            .key(new Key("U#" + user, "PROFILE").attributes())
            .updateExpression("SET %s = :sum, %s = :at REMOVE %s, %s"
                .formatted(
                    month.counter(),
                    SUMMED_AT,
                    before.counter(),
                    before.previous().counter()))
            .conditionExpression(
                "attribute_exists(pk) AND (attribute_not_exists(%1$s) OR %1$s < :at)"
                    .formatted(SUMMED_AT))
            .expressionAttributeValues(
                Map.of(":sum", Item.number(sum), ":at", Item.number(at.toEpochMilli())))
            .build())
        .replaceWithVoid()
        .onFailure(ConditionFailed.class)
        .recoverWithNull();
  }

  private static Key key(String user) {
    return new Key(PARTITION, user);
  }
}
