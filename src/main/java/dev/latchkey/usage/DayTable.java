package dev.latchkey.usage;

import static java.util.stream.Collectors.joining;

import dev.latchkey.access.Month;
import dev.latchkey.access.Tally;
import dev.latchkey.store.AttributeChanges;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was counted of a user's month at the end of each day: {@code M#user#yyyymm / DAYS}, one item with an attribute for
 * each day, at most 31 of about a kilobyte.
 */
@Singleton
public class DayTable {
  private static final String DAYS = "DAYS";
  private static final String DAY = "d%02d";

  private final Store store;

  @Inject
  DayTable(Store store) {
    this.store = store;
  }

  /**
   * The calls of the month until the end of a day.
   *
   * @param at when they were read, shortly after it
   */
  public record Snapshot(Instant at, Tally calls) {}

  /** By the day of the month. */
  public Uni<SortedMap<Integer, Snapshot>> find(String user, Month month) {
    return store.get(key(user, month)).map(found -> {
      var days = new TreeMap<Integer, Snapshot>();
      found.ifPresent(item -> item.attributes().keySet().stream()
          .filter(name -> name.matches("d[0-9]{2}"))
          .forEach(name ->
              days.put(Integer.valueOf(name.substring(1)), item.as(of -> read(of.getText(name))))));
      return days;
    });
  }

  /** A day that was noted stays as it is. */
  Uni<Void> write(String user, Month month, int day, Snapshot snapshot) {
    var name = DAY.formatted(day);
    var transaction = store.transaction();
    transaction.update(
        new AttributeChanges()
            .with(name, Item.text(text(snapshot)))
            .update(key(user, month), "attribute_not_exists(" + name + ")", Map.of()),
        Noted::new);
    return store.write(transaction).onFailure(Noted.class).recoverWithNull();
  }

  private static String text(Snapshot snapshot) {
    return snapshot.calls().byFunction().entrySet().stream()
        .map(each -> each.getKey() + ":" + each.getValue())
        .collect(joining(",", snapshot.at().getEpochSecond() + ";", ""));
  }

  private static Snapshot read(String text) {
    var parts = text.split(";", 2);
    var calls = new TreeMap<Integer, Long>();
    if (!parts[1].isEmpty()) {
      for (var each : parts[1].split(",")) {
        var pair = each.split(":");
        calls.put(Integer.valueOf(pair[0]), Long.valueOf(pair[1]));
      }
    }
    return new Snapshot(Instant.ofEpochSecond(Long.parseLong(parts[0])), new Tally(calls));
  }

  private static Key key(String user, Month month) {
    return new Key("M#" + user + "#" + month.yyyymm(), DAYS);
  }

  private static final class Noted extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
