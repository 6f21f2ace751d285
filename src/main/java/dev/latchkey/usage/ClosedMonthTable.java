package dev.latchkey.usage;

import dev.latchkey.access.Month;
import dev.latchkey.access.Tally;
import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.signing.Signature;
import dev.latchkey.store.ConditionFailed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.Optional;

/**
 * How closed months lie in the table: {@code B#user / yyyymm}, one item each, written once. No role may change or remove
 * one.
 */
@Singleton
public class ClosedMonthTable {
  private static final String CALLS = "n";
  private static final String ADJUSTED = "a";

  private final Store store;

  @Inject
  ClosedMonthTable(Store store) {
    this.store = store;
  }

  /**
   * A user's month as it was closed, which nothing changes any more.
   *
   * @param statement what was signed, word for word
   * @param signature empty where no key was set
   * @param calls of each function
   * @param adjusted calls of the month before that were found to differ from what that month was closed with
   */
  public record ClosedMonth(
      String user,
      String statement,
      Optional<Signature> signature,
      Instant at,
      Tally calls,
      Tally adjusted) {
    private static final int MOST = 200_000;
    private static final int NESTED = 4;

    /** What was signed, read. */
    public Data.Hash stated() {
      return Json.read(statement, MOST, NESTED);
    }

    /** Its own prices, whatever is set by now. */
    public PriceList prices() {
      return PriceList.stated(stated());
    }
  }

  public Uni<Optional<ClosedMonth>> find(String user, Month month) {
    return store.get(key(user, month)).map(found -> found.map(item -> read(user, item)));
  }

  /** Writes it, unless the month is closed already. */
  Uni<Void> write(ClosedMonth closed, Month month) {
    var item = Item.at(key(closed.user(), month))
        .with("statement", closed.statement())
        .with("signature", closed.signature().map(by -> Item.text(by.text())))
        .with("signing_key", closed.signature().map(by -> Item.text(by.key())))
        .with("at", closed.at().getEpochSecond());
    for (var each : closed.calls().byFunction().entrySet()) {
      item = item.with(CALLS + each.getKey(), each.getValue());
    }
    for (var each : closed.adjusted().byFunction().entrySet()) {
      item = item.with(ADJUSTED + each.getKey(), each.getValue());
    }
    return store.putNew(item).onFailure(ConditionFailed.class).recoverWithNull();
  }

  private static ClosedMonth read(String user, Item item) {
    return new ClosedMonth(
        user,
        item.getText("statement"),
        item.findText("signature").map(text -> new Signature(item.getText("signing_key"), text)),
        Instant.ofEpochSecond(item.getNumber("at")),
        tally(item, CALLS),
        tally(item, ADJUSTED));
  }

  private static Tally tally(Item item, String prefix) {
    var calls = new HashMap<Integer, Long>();
    item.attributes().keySet().stream()
        .filter(name -> name.matches(prefix + "[0-9]+"))
        .forEach(name ->
            calls.put(Integer.valueOf(name.substring(prefix.length())), item.getNumber(name)));
    return Tally.of(calls);
  }

  private static Key key(String user, Month month) {
    return new Key("B#" + user, month.yyyymm());
  }
}
