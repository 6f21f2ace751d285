package dev.latchkey.list;

import dev.latchkey.access.AddressRange;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.text.Quoted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * {@code api.sort}: several letters are several keys, the first one first; equal records keep their order. WHM's numeric
 * methods fail on what is not a number; here such a key is sorted as text.
 */
record Sorting(List<SortKey> keys) {
  private static final String CONTROL = "sort";
  private static final int MOST = 10;

  record SortKey(String field, String method, boolean reverse) {
    /** Reads the key of each record once, however often it is compared. */
    Comparator<Data> comparator(List<Data> records, Steps steps) {
      var texts = new IdentityHashMap<Data, String>();
      records.forEach(record -> texts.put(record, steps.read(Records.text(record, field))));
      Comparator<Data> order =
          switch (method) {
            case "numeric" -> typed(texts, Amount::numberOrUnlimited);
            case "numeric_zero_as_max" -> typed(texts, SortKey::zeroAsMax);
            case "ipv4" -> typed(texts, AddressRange::ipv4Number);
            default -> Comparator.comparing(texts::get);
          };
      return reverse ? order.reversed() : order;
    }

    private static <T extends Comparable<T>> Comparator<Data> typed(
        Map<Data, String> texts, Function<String, Optional<T>> type) {
      var keys = new IdentityHashMap<Data, T>();
      texts.forEach((record, text) -> type.apply(text).ifPresent(key -> keys.put(record, key)));
      return keys.size() == texts.size()
          ? Comparator.comparing(keys::get)
          : Comparator.comparing(texts::get);
    }

    private static Optional<Amount> zeroAsMax(String text) {
      return Amount.numberOrUnlimited(text)
          .map(amount -> amount.isZero() ? Amount.UNLIMITED : amount);
    }
  }

  private static final List<String> METHODS =
      List.of("lexicographic", "numeric", "numeric_zero_as_max", "ipv4");

  static Optional<Sorting> from(ControlArguments controls) {
    if (!controls.isOn(CONTROL, "enable")) {
      return Optional.empty();
    }
    // One sample of WHM's old documentation has no letter; such a key never did anything.
    controls.refuseOthers(
        CONTROL,
        Set.of("enable", "verbose", "field", "method", "reverse"),
        List.of("field", "method", "reverse"));
    var keys = controls.byLetter(CONTROL, MOST).entrySet().stream()
        .map(letter -> key(letter.getKey(), letter.getValue()))
        .toList();
    return Optional.of(new Sorting(keys));
  }

  List<Data> apply(List<Data> records, Steps steps) {
    if (keys.isEmpty()) {
      return records;
    }
    var sorted = new ArrayList<>(records);
    sorted.sort(keys.stream()
        .map(key -> key.comparator(records, steps))
        .reduce(Comparator::thenComparing)
        .orElseThrow());
    return List.copyOf(sorted);
  }

  private static SortKey key(String letter, Map<String, String> parts) {
    var field = parts.get("field");
    if (field == null || field.isEmpty()) {
      throw WhmFailure.parameter(
          ControlArguments.name(CONTROL, letter, "field"), "is missing; name a field.");
    }
    ControlArguments.bounded(CONTROL, letter, "field", field);
    var method = parts.getOrDefault("method", METHODS.get(0));
    if (!METHODS.contains(method)) {
      throw WhmFailure.parameter(
          ControlArguments.name(CONTROL, letter, "method"),
          "“" + Quoted.of(method) + "” is not a sort method; the methods are "
              + String.join(", ", METHODS) + ".");
    }
    var reverse = parts.getOrDefault("reverse", "0");
    return new SortKey(field, method, !reverse.isEmpty() && !reverse.equals("0"));
  }
}
