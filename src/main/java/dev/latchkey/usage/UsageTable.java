package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.access.Tally;
import dev.latchkey.settings.Settings;
import dev.latchkey.store.ConditionFailed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * How usage lies in the table. Calls are counted on the credential that makes them; {@code M#user#yyyymm / CALLS} has what
 * credentials counted before, with one attribute for each function, so that a user has one item a month. {@code
 * M#user#yyyymm / request-id} is the record of one call, if records are wanted.
 */
@Singleton
public class UsageTable {
  private static final String CALLS = "CALLS";

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

  /** Adds what a credential has counted, which the same transaction takes out of it. */
  void add(Transaction in, String user, Month month, Tally calls) {
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
            .key(key(user, month, CALLS).attributes())
            .updateExpression("ADD " + String.join(", ", adds))
            .expressionAttributeNames(names)
            .expressionAttributeValues(values)
            .build(),
        IllegalStateException::new);
  }

  /** What credentials counted that do not count it any more: those of older months, and those that are gone. */
  Uni<Tally> kept(String user, Month month) {
    return store.get(key(user, month, CALLS)).map(found -> {
      var byFunction = new TreeMap<Integer, Long>();
      found.ifPresent(item -> item.attributes().forEach((name, value) -> {
        if (value.n() != null) {
          byFunction.put(Integer.valueOf(name), Long.valueOf(value.n()));
        }
      }));
      return new Tally(byFunction);
    });
  }

  private static Key key(String user, Month month, String what) {
    return new Key("M#" + user + "#" + month.yyyymm(), what);
  }
}
