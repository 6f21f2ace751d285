package dev.latchkey.list;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.text.Quoted;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * {@code api.filter}: records that pass every filter stay. A field that a record does not have matches nothing.
 *
 * @param verbose whether the metadata tells how many records there were before
 */
record Filters(List<Filter> all, boolean verbose) {
  private static final String CONTROL = "filter";

  /** WHM names ten types; {@code contains} and {@code begins} do not mind the letter case, {@code eq} does. */
  enum Type {
    CONTAINS("contains", (value, arg) -> lower(value).contains(lower(arg))),
    BEGINS("begins", (value, arg) -> lower(value).startsWith(lower(arg))),
    EQ("eq", String::equals),
    EQUALS("==", numbers(order -> order == 0)),
    LT("lt", numbers(order -> order < 0)),
    LT_EQUAL("lt_equal", numbers(order -> order <= 0)),
    LT_HANDLE_UNLIMITED("lt_handle_unlimited", amounts(order -> order < 0)),
    GT("gt", numbers(order -> order > 0)),
    GT_EQUAL("gt_equal", numbers(order -> order >= 0)),
    GT_HANDLE_UNLIMITED("gt_handle_unlimited", amounts(order -> order > 0));

    private final String name;
    private final BiPredicate<String, String> matches;

    Type(String name, BiPredicate<String, String> matches) {
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

  record Filter(String field, Type type, String arg) {
    boolean passes(Data record) {
      return Records.texts(record, field).anyMatch(value -> type.matches.test(value, arg));
    }
  }

  static Optional<Filters> from(ControlArguments controls) {
    if (!controls.isOn(CONTROL, "enable")) {
      return Optional.empty();
    }
    var filters = controls.byLetter(CONTROL).entrySet().stream()
        .map(letter -> filter(letter.getKey(), letter.getValue()))
        .toList();
    return Optional.of(new Filters(filters, controls.isOn(CONTROL, "verbose")));
  }

  List<Data> apply(List<Data> records) {
    return records.stream()
        .filter(record -> all.stream().allMatch(filter -> filter.passes(record)))
        .toList();
  }

  private static Filter filter(String letter, Map<String, String> parts) {
    var field = parts.get("field");
    if (field == null || field.isEmpty()) {
      throw WhmFailure.parameter(
          ControlArguments.name(CONTROL, letter, "field"), "is missing; name a field, or *.");
    }
    var typeName = parts.getOrDefault("type", Type.CONTAINS.name);
    var type = Type.find(typeName)
        .orElseThrow(() -> WhmFailure.parameter(
            ControlArguments.name(CONTROL, letter, "type"),
            "“" + Quoted.of(typeName) + "” is not a type of filter; the types are " + Type.names()
                + "."));
    // One sample of WHM's documentation says arg where all others say arg0.
    var arg = parts.getOrDefault("arg0", parts.getOrDefault("arg", ""));
    var isAmount = type.handlesUnlimited() ? Amount.numberOrUnlimited(arg) : Amount.number(arg);
    if (type.isNumeric() && isAmount.isEmpty()) {
      throw WhmFailure.parameter(
          ControlArguments.name(CONTROL, letter, "arg0"),
          "“" + Quoted.of(arg) + "” is not a number, which the type " + type.name + " requires.");
    }
    return new Filter(field, type, arg);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static BiPredicate<String, String> numbers(IntPredicate order) {
    return (value, arg) -> Amount.number(value)
        .filter(amount -> order.test(amount.compareTo(Amount.number(arg).orElseThrow())))
        .isPresent();
  }

  private static BiPredicate<String, String> amounts(IntPredicate order) {
    return (value, arg) -> Amount.numberOrUnlimited(value)
        .filter(
            amount -> order.test(amount.compareTo(Amount.numberOrUnlimited(arg).orElseThrow())))
        .isPresent();
  }
}
