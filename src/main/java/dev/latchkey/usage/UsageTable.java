package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.access.Tally;
import dev.latchkey.access.TokenCallsTable.TokenCalls;
import dev.latchkey.settings.Settings;
import dev.latchkey.store.ConditionFailed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * How usage lies in the table. Calls are counted on the credential that makes them. {@code M#user#yyyymm / T#id#name} has
 * what a token counted before, with one attribute for each function, and {@code M#user#yyyymm / TOKENS} the sum of them: an
 * item for each token that made a call in the month, and one more. Of removed tokens {@value #MOST_TOLD} have one, which
 * {@code M#user#yyyymm / COUNT} counts; {@code M#user#yyyymm / CALLS} has what more of them called, and a year later what
 * all did. {@code M#user#yyyymm / request-id} is the record of one call, if records are wanted.
 */
@Singleton
public class UsageTable {
  private static final String TOKEN = "T#";
  private static final String SUM = "TOKENS";

  /** Also what earlier releases kept, which knew no tokens. */
  private static final String UNTOLD = "CALLS";

  private static final String COUNT = "COUNT";
  private static final String COUNTED = "tokens";

  /** Of a user and a month. */
  private static final int MOST_TOLD = 10_000;

  /** A transaction takes 100 items. */
  private static final int OF_A_PIECE = 20;

  private final Store store;
  private final boolean records;
  private final int mostTold;

  @Inject
  UsageTable(Store store, Settings settings) {
    this(store, settings.usageRecords());
  }

  UsageTable(Store store, boolean records) {
    this(store, records, MOST_TOLD);
  }

  /** @param mostTold how many removed tokens have an item in a month */
  UsageTable(Store store, boolean records, int mostTold) {
    this.store = store;
    this.records = records;
    this.mostTold = mostTold;
  }

  /** Writes a call's record, if records are wanted: once, a second time changes nothing. */
  public Uni<Void> record(UsageRecord usage) {
    if (!records) {
      return Uni.createFrom().voidItem();
    }
    return store
        .putNew(Item.at(key(usage.user(), usage.month(), usage.request()))
            .with("credential", usage.credential())
            .with("credential_id", usage.credentialId())
            .with("function_name", usage.function())
            .with("calls", usage.count())
            .with("result", usage.result())
            .with("at", usage.at().toEpochMilli()))
        .onFailure(ConditionFailed.class)
        .recoverWithNull();
  }

  /**
   * Adds what a token has counted, which the same transaction takes out of it: to the token's own item, and to the sum of
   * all such items. The name is in the key, as a role may name no attribute but counters.
   */
  void add(Transaction in, String user, String id, String name, Month month, Tally calls) {
    if (!calls.byFunction().isEmpty()) {
      add(in, key(user, month, TOKEN + id + "#" + name), calls);
      add(in, key(user, month, SUM), calls);
    }
  }

  /**
   * The same for a token that is gone with it, of which there is no end.
   *
   * @param full as {@link #full} has it: the calls are added to those of others
   * @param changed others have made it full meanwhile
   */
  void addLast(
      Transaction in,
      TokenCalls gone,
      String user,
      Month month,
      boolean full,
      Supplier<? extends RuntimeException> changed) {
    if (full) {
      addUntold(in, user, month, gone.calls());
    } else if (!gone.calls().byFunction().isEmpty()) {
      add(in, user, gone.id(), gone.name(), month, gone.calls());
      in.update(
          Update.builder()
              .key(key(user, month, COUNT).attributes())
              .updateExpression("ADD " + COUNTED + " :one")
              .conditionExpression("attribute_not_exists(%1$s) OR %1$s < :most".formatted(COUNTED))
              .expressionAttributeValues(
                  Map.of(":one", Item.number(1L), ":most", Item.number(mostTold)))
              .build(),
          changed);
    }
  }

  private static void addUntold(Transaction in, String user, Month month, Tally calls) {
    add(in, key(user, month, UNTOLD), calls);
  }

  /** Those of the months of which as many removed tokens have an item as may have one. */
  Uni<Set<Month>> full(String user, Collection<Month> months) {
    return store
        .getAll(months.stream().map(month -> key(user, month, COUNT)).toList())
        .map(items -> months.stream()
            .filter(month -> items.stream()
                .anyMatch(item -> item.getText("pk").equals(partition(user, month))
                    && item.getNumber(COUNTED) >= mostTold))
            .collect(Collectors.toSet()));
  }

  /**
   * Adds the calls of some tokens to those that are told without a token, and removes their items.
   *
   * @return whether there may be more of them
   */
  Uni<Boolean> tellTogether(String user, Month month) {
    return store
        .query(new Query(partition(user, month), TOKEN, TOKEN + Query.END, OF_A_PIECE, false))
        .chain(items -> {
          if (items.isEmpty()) {
            return Uni.createFrom().item(false);
          }
          var transaction = store.transaction();
          items.forEach(item -> remove(transaction, item));
          var all = items.stream().map(UsageTable::tally).reduce(Tally.NONE, Tally::plus);
          add(transaction, key(user, month, SUM), Tally.NONE.minus(all));
          addUntold(transaction, user, month, all);
          return store.write(transaction).replaceWith(items.size() == OF_A_PIECE);
        })
        // A call counted in between, and the next run sees it.
        .onFailure(Changed.class)
        .recoverWithItem(true);
  }

  private static void remove(Transaction in, Item item) {
    var names = new HashMap<String, String>();
    var values = new HashMap<String, AttributeValue>();
    var same = new ArrayList<String>(List.of("attribute_exists(pk)"));
    tally(item).byFunction().forEach((function, calls) -> {
      names.put("#n" + function, function.toString());
      values.put(":n" + function, Item.number(calls));
      same.add("#n" + function + " = :n" + function);
    });
    var key = item.key();
    in.delete(key, String.join(" AND ", same), names, values, Changed::new);
  }

  /** Nothing of nothing, such as of tokens whose calls were all taken back. */
  private static void add(Transaction in, Key key, Tally calls) {
    if (calls.byFunction().isEmpty()) {
      return;
    }
    var names = new HashMap<String, String>();
    var values = new HashMap<String, AttributeValue>();
    var adds = new ArrayList<String>();
    calls.byFunction().forEach((function, several) -> {
      names.put("#n" + function, function.toString());
      values.put(":n" + function, Item.number(several));
      adds.add("#n" + function + " :n" + function);
    });
    in.update(
        Update.builder()
            .key(key.attributes())
            .updateExpression("ADD " + String.join(", ", adds))
            .expressionAttributeNames(names)
            .expressionAttributeValues(values)
            .build(),
        IllegalStateException::new);
  }

  /**
   * What credentials counted that do not count it any more: those of older months, and those that are gone.
   *
   * @param tokens of tokens that {@link #tokens} tells
   * @param untold of tokens that are not told apart any more
   */
  public record Kept(Tally tokens, Tally untold) {
    public Tally all() {
      return tokens.plus(untold);
    }
  }

  Uni<Kept> kept(String user, Month month) {
    return store
        .getAll(List.of(key(user, month, SUM), key(user, month, UNTOLD)))
        .map(items -> new Kept(of(items, SUM), of(items, UNTOLD)));
  }

  private static Tally of(List<Item> items, String sort) {
    return items.stream()
        .filter(item -> item.getText("sk").equals(sort))
        .findFirst()
        .map(UsageTable::tally)
        .orElse(Tally.NONE);
  }

  /**
   * Some of the tokens of which something is kept, in the order of their ids.
   *
   * @param after the id of the last one before; empty for the first ones
   */
  Uni<List<TokenCalls>> tokens(String user, Month month, String after, int most) {
    var first = TOKEN + after + (after.isEmpty() ? "" : Query.END);
    return store
        .query(new Query(partition(user, month), first, TOKEN + Query.END, most, false))
        .map(items -> items.stream().map(UsageTable::token).toList());
  }

  /** What is kept of one token by its lasting id, under whatever names. */
  Uni<Tally> find(String user, Month month, String id) {
    return store
        .query(Query.of(partition(user, month), TOKEN + id + "#"))
        .map(items -> items.stream().map(UsageTable::tally).reduce(Tally.NONE, Tally::plus));
  }

  private static TokenCalls token(Item item) {
    var parts = item.getText("sk").split("#", 3);
    return new TokenCalls(parts[1], parts[2], tally(item));
  }

  private static Tally tally(Item item) {
    var byFunction = new TreeMap<Integer, Long>();
    item.attributes().keySet().stream()
        .filter(name -> name.matches("[0-9]+"))
        .forEach(name -> byFunction.put(Integer.valueOf(name), item.getNumber(name)));
    return new Tally(byFunction);
  }

  private static Key key(String user, Month month, String what) {
    return new Key(partition(user, month), what);
  }

  private static String partition(String user, Month month) {
    return "M#" + user + "#" + month.yyyymm();
  }

  private static final class Changed extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;
  }
}
