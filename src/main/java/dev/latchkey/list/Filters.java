package dev.latchkey.list;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.text.Quoted;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * {@code api.filter}: records that pass every filter stay. A field that a record does not have matches nothing.
 *
 * @param verbose whether the metadata tells how many records there were before
 */
record Filters(List<Filter> all, boolean verbose) {
  private static final String CONTROL = "filter";
  private static final int MOST = 50;

  /** WHM names ten types; {@code contains} and {@code begins} do not mind the letter case, {@code eq} does. */
  enum Type {
    CONTAINS("contains", arg -> {
      var lower = lower(arg);
      return value -> lower(value).contains(lower);
    }),
    BEGINS("begins", arg -> {
      var lower = lower(arg);
      return value -> lower(value).startsWith(lower);
    }),
    EQ("eq", arg -> arg::equals),
    EQUALS("==", numbers(order -> order == 0)),
    LT("lt", numbers(order -> order < 0)),
    LT_EQUAL("lt_equal", numbers(order -> order <= 0)),
    LT_HANDLE_UNLIMITED("lt_handle_unlimited", amounts(order -> order < 0)),
    GT("gt", numbers(order -> order > 0)),
    GT_EQUAL("gt_equal", numbers(order -> order >= 0)),
    GT_HANDLE_UNLIMITED("gt_handle_unlimited", amounts(order -> order > 0));

    private final String name;
    private final Function<String, Predicate<String>> matches;

    Type(String name, Function<String, Predicate<String>> matches) {
      this.name = name;
      this.matches = matches;
    }

    private boolean isNumeric() {
      return ordinal() >= EQUALS.ordinal();
    }

    private boolean handlesUnlimited() {
      return this == LT_HANDLE_UNLIMITED || this == GT_HANDLE_UNLIMITED;
    }

    private static Optional<Type> find(String name) {
      return Arrays.stream(values()).filter(type -> type.name.equals(name)).findFirst();
    }

    private static String names() {
      return Arrays.stream(values()).map(type -> type.name).collect(Collectors.joining(", "));
    }
  }

  record Filter(String field, Predicate<String> matches) {
    boolean passes(Data record, Steps steps) {
      return Records.texts(record, field).map(steps::read).anyMatch(matches);
    }
  }

  static Optional<Filters> from(ControlArguments controls) {
    if (!controls.isOn(CONTROL, "enable")) {
      return Optional.empty();
    }
    controls.refuseOthers(
        CONTROL, Set.of("enable", "verbose"), List.of("field", "type", "arg0", "arg"));
    var filters = controls.byLetter(CONTROL, MOST).entrySet().stream()
        .map(letter -> filter(letter.getKey(), letter.getValue()))
        .toList();
    return Optional.of(new Filters(filters, controls.isOn(CONTROL, "verbose")));
  }

  List<Data> apply(List<Data> records, Steps steps) {
    return records.stream()
        .filter(record -> all.stream().allMatch(filter -> filter.passes(record, steps)))
        .toList();
  }

  private static Filter filter(String letter, Map<String, String> parts) {
    var field = parts.get("field");
    if (field == null || field.isEmpty()) {
      throw WhmFailure.parameter(
          ControlArguments.name(CONTROL, letter, "field"), "is missing; name a field, or *.");
    }
    ControlArguments.bounded(CONTROL, letter, "field", field);
    var typeName = parts.getOrDefault("type", Type.CONTAINS.name);
    var type = Type.find(typeName)
        .orElseThrow(() -> WhmFailure.parameter(
            ControlArguments.name(CONTROL, letter, "type"),
            "“" + Quoted.of(typeName) + "” is not a type of filter; the types are " + Type.names()
                + "."));
    // One sample of WHM's documentation says arg where all others say arg0.
    var arg = parts.getOrDefault("arg0", parts.get("arg"));
    if (arg == null) {
      throw WhmFailure.parameter(
          ControlArguments.name(CONTROL, letter, "arg0"), "is missing; say what to look for.");
    }
    ControlArguments.bounded(CONTROL, letter, "arg0", arg);
    var isAmount = type.handlesUnlimited() ? Amount.numberOrUnlimited(arg) : Amount.number(arg);
    if (type.isNumeric() && isAmount.isEmpty()) {
      throw WhmFailure.parameter(
          ControlArguments.name(CONTROL, letter, "arg0"),
          "“" + Quoted.of(arg) + "” is not a number, which the type " + type.name + " requires.");
    }
    return new Filter(field, type.matches.apply(arg));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static Function<String, Predicate<String>> numbers(IntPredicate order) {
    return compared(Amount::number, order);
  }

  private static Function<String, Predicate<String>> amounts(IntPredicate order) {
    return compared(Amount::numberOrUnlimited, order);
  }

  private static Function<String, Predicate<String>> compared(
      Function<String, Optional<Amount>> amount, IntPredicate order) {
    return arg -> {
      var than = amount.apply(arg).orElseThrow();
      return value ->
          amount.apply(value).filter(is -> order.test(is.compareTo(than))).isPresent();
    };
  }
}
