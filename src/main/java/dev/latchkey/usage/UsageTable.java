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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * How usage lies in the table. Calls are counted on the credential that makes them. {@code M#user#yyyymm / T#id#name} has
 * what a token counted before, with one attribute for each function, and {@code M#user#yyyymm / TOKENS} the sum of them: an
 * item for each token that made a call in the month, and one more. {@code M#user#yyyymm / request-id} is the record of one
 * call, if records are wanted.
 */
@Singleton
public class UsageTable {
  private static final String TOKEN = "T#";
  private static final String SUM = "TOKENS";

  /** What earlier releases kept without the token. */
  private static final String UNTOLD = "CALLS";

  private final Store store;
  private final boolean records;

  @Inject
  UsageTable(Store store, Settings settings) {
    this(store, settings.usageRecords());
  }

  UsageTable(Store store, boolean records) {
    this.store = store;
    this.records = records;
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

  private static void add(Transaction in, Key key, Tally calls) {
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
   * @param untold of tokens that an earlier release removed without a trace of which
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

  private static TokenCalls token(Item item) {
    var parts = item.getText("sk").split("#", 3);
    return new TokenCalls(parts[1], parts[2], tally(item));
  }

  private static Tally tally(Item item) {
    var byFunction = new TreeMap<Integer, Long>();
    item.attributes().forEach((name, value) -> {
      if (value.n() != null) {
        byFunction.put(Integer.valueOf(name), Long.valueOf(value.n()));
      }
    });
    return new Tally(byFunction);
  }

  private static Key key(String user, Month month, String what) {
    return new Key(partition(user, month), what);
  }

  private static String partition(String user, Month month) {
    return "M#" + user + "#" + month.yyyymm();
  }
}
