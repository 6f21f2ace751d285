package dev.latchkey.testing;

import dev.latchkey.store.Item;
import dev.latchkey.store.Store;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is counted of a user's calls, read from the table as it lies there. */
@Singleton
@Unremovable
public class Counters {
  /** November 2026 and the function's number. */
  public static final String NOVEMBER = "2A";

  @Inject
  Store store;

  /** Calls of a month by the number of their function, on all credentials and in the user's item of the month together. */
  public Map<Integer, Long> of(String user, String yyyymm, String month) {
    var counted = new TreeMap<Integer, Long>();
    for (var credential : store.query("U#" + user, "C#").await().indefinitely()) {
      numbers(credential).forEach((name, calls) -> {
        if (name.matches(month + "[0-9A-Z]{1,2}")) {
          counted.merge(Integer.parseInt(name.substring(2), 36), calls, Long::sum);
        }
      });
    }
    for (var sort : List.of("CALLS", "TOKENS")) {
      for (var kept : store.query("M#" + user + "#" + yyyymm, sort).await().indefinitely()) {
        numbers(kept)
            .forEach(
                (function, calls) -> counted.merge(Integer.valueOf(function), calls, Long::sum));
      }
    }
    counted.values().removeIf(calls -> calls == 0);
    return counted;
  }

  /** The attributes of a user's credentials that count calls. */
  public Map<String, Long> onCredentials(String user) {
    return store.query("U#" + user, "C#").await().indefinitely().stream()
        .flatMap(item -> numbers(item).entrySet().stream())
        .filter(entry -> entry.getKey().matches("[0-9A-Z]{3,4}|calls_[0-9]{6}"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum, TreeMap::new));
  }

  /** The attributes of the user's own item that count calls, which only a user with a quota has. */
  public Map<String, Long> onUser(String user) {
    return store.query("U#" + user, "PROFILE").await().indefinitely().stream()
        .flatMap(item -> numbers(item).entrySet().stream())
        .filter(entry -> entry.getKey().startsWith("calls_"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Map<String, Long> numbers(Item item) {
    return item.attributes().entrySet().stream()
        .filter(entry -> entry.getValue().n() != null)
        .collect(Collectors.toMap(
            Map.Entry::getKey, entry -> Long.valueOf(entry.getValue().n())));
  }
}
