package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.api.PriceClass;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Who is to be billed beside the users that there are: {@code BILLING / yyyymm#user}, written with what a removed token
 * counted, so that the bill of a user that is gone is closed, too. {@code BILLING / WALK#name} is how far a walk over all
 * users has come, and {@code BILLING / PRICES#yyyymm} what a call of that month costs.
 */
@Singleton
class BillingTable {
  private static final String PARTITION = "BILLING";
  private static final String WALK = "WALK#";
  private static final String PRICES = "PRICES#";
  private static final String CURRENCY = "currency";

  /** A month is closed long before. */
  private static final Duration KEPT = Duration.ofDays(400);

  private final Store store;

  @Inject
  BillingTable(Store store) {
    this.store = store;
  }

  void note(Transaction in, String user, Month month) {
    in.put(Item.at(new Key(PARTITION, month.yyyymm() + "#" + user))
        .with("ttl", Item.time(month.end().plus(KEPT))));
  }

  /**
   * How far a walk over all users has come.
   *
   * @param of which day or month it is about
   * @param after the last user that it has come to; empty at the beginning
   * @param left of whom it is not done yet, {@code yyyymm#user} each
   * @param steps how many were ever made, by which a pass is told apart
   */
  record Walk(String name, String of, String after, boolean isDone, List<String> left, long steps) {
    static Walk begin(String name, String of) {
      return new Walk(name, of, "", false, List.of(), 0);
    }

    /** The next one, about another day or month. */
    Walk on(String next, List<String> left) {
      return new Walk(name, next, "", false, left, steps);
    }
  }

  Uni<Optional<Walk>> walk(String name) {
    return store
        .get(new Key(PARTITION, WALK + name))
        .map(found -> found.map(item -> new Walk(
            name,
            item.getText("of"),
            item.getText("after"),
            item.getFlag("done"),
            item.getTexts("left"),
            // Earlier releases counted none.
            item.findNumber("steps").orElse(0L))));
  }

  /** Nothing where another pass has noted a step meanwhile: it did the same. */
  Uni<Void> note(Walk walk) {
    var item = Item.at(new Key(PARTITION, WALK + walk.name()))
        .with("of", walk.of())
        .with("after", walk.after())
        .with("done", AttributeValue.fromBool(walk.isDone()))
        .with("left", AttributeValue.fromL(walk.left().stream().map(Item::text).toList()))
        .with("steps", walk.steps() + 1);
    var transaction = walk.steps() == 0
        ? store.transaction().replace(item, "attribute_not_exists(steps)", Map.of(), Noted::new)
        : store
            .transaction()
            .replace(
                item, "steps = :steps", Map.of(":steps", Item.number(walk.steps())), Noted::new);
    return store.write(transaction).onFailure(Noted.class).recoverWithNull();
  }

  private static final class Noted extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;
  }

  void note(Transaction in, Month month, PriceList list) {
    var item = Item.at(new Key(PARTITION, PRICES + month.yyyymm()))
        .with(CURRENCY, list.currency())
        .with("ttl", Item.time(month.end().plus(KEPT)));
    for (var each : PriceClass.values()) {
      item = item.with(each.word(), list.price(each).toPlainString());
    }
    in.put(item);
  }

  /** A query, as whoever reads reports may read nothing here by its key. */
  Uni<Optional<PriceList>> prices(Month month) {
    var sort = PRICES + month.yyyymm();
    return store
        .query(Query.between(PARTITION, sort, sort))
        .map(items -> items.stream()
            .findFirst()
            .map(item -> PriceList.of(
                item.getText(CURRENCY),
                Stream.of(PriceClass.values())
                    .collect(Collectors.toMap(each -> each, each -> item.getText(each.word()))))));
  }

  /** In the alphabetical order of their names. */
  Uni<List<String>> users(Month month) {
    var prefix = month.yyyymm() + "#";
    return store
        .query(Query.of(PARTITION, prefix))
        .map(items -> items.stream()
            .map(item -> item.key().sk().substring(prefix.length()))
            .toList());
  }
}
