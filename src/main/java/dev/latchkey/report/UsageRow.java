package dev.latchkey.report;

import static java.util.stream.Collectors.toCollection;

import dev.latchkey.access.Tally;
import dev.latchkey.api.Field;
import dev.latchkey.api.PriceClass;
import dev.latchkey.data.Data;
import dev.latchkey.usage.PriceList;
import dev.latchkey.usage.Prices;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The rows of a report: calls of one price class, and what they are about. */
final class UsageRow {
  static final List<Field> FIELDS = List.of(
      Field.text("user", "Whose calls they are."),
      Field.text("token_id", "The token's lasting id, as in audit_list; of group=token.")
          .optional(),
      Field.text(
              "token_name",
              "The name that it has, or had when it was revoked; empty where an earlier release did not keep it; of group=token.")
          .optional(),
      Field.text(
              "function",
              "The function; “(unknown)” for a name that no function has; of group=function.")
          .optional(),
      Field.text("day", "The day in UTC, 2026-11-20; the last one where several are together.")
          .optional(),
      Field.number(
              "days",
              "How many days it is about: more than 1 where the day before has no count of its own.")
          .optional(),
      Field.time("counted_at", "When the day's calls were read, shortly after its end.")
          .optional(),
      Field.text(
              "adjusts",
              "The closed month, 202610, that this row corrects; it is billed in this one.")
          .optional(),
      Field.text("price_class", "“read”, “change” or “servers”."),
      Field.number("calls", "How many calls."),
      Field.text("price", "What one of them costs."),
      Field.text("amount", "What they cost."),
      Field.text("currency", "The currency of both: of a closed month that of its bill."));

  private static final List<String> COLUMNS = List.of(
      "user",
      "token_id",
      "token_name",
      "function",
      "day",
      "days",
      "counted_at",
      "adjusts",
      "price_class",
      "calls",
      "price",
      "amount",
      "currency");

  private UsageRow() {}

  /** A row for each function. */
  static List<Data.Hash> byFunction(Data.Hash about, Tally calls, Prices prices, PriceList list) {
    var rows = new ArrayList<Data.Hash>();
    calls.byFunction().forEach((number, several) -> {
      var function = prices.of(number);
      rows.add(
          priced(about.with("function", function.name()), function.priceClass(), several, list));
    });
    return rows;
  }

  /** A row for each price class. */
  static List<Data.Hash> byClass(Data.Hash about, Tally calls, Prices prices, PriceList list) {
    var classes = new EnumMap<PriceClass, Long>(PriceClass.class);
    calls
        .byFunction()
        .forEach(
            (number, several) -> classes.merge(prices.of(number).priceClass(), several, Long::sum));
    var rows = new ArrayList<Data.Hash>();
    classes.forEach((of, several) -> rows.add(priced(about, of, several, list)));
    return rows;
  }

  private static Data.Hash priced(Data.Hash about, PriceClass of, long calls, PriceList list) {
    return about
        .with("price_class", of.word())
        .with("calls", calls)
        .with("price", list.price(of).toPlainString())
        .with("amount", PriceList.text(list.amount(of, calls)))
        .with("currency", list.currency());
  }

  /** Rows of a closed month, by function, as rows by price class. */
  static List<Data.Hash> byClass(List<Data.Hash> rows) {
    var sums = new LinkedHashMap<String, Data.Hash>();
    for (var row : rows) {
      var plain = row.without("function");
      sums.merge(
          text(row, "adjusts") + " " + text(row, "price_class") + " " + text(row, "price"),
          plain,
          (one, other) -> one.with("calls", number(one) + number(other))
              .with("amount", PriceList.text(amount(one).add(amount(other)))));
    }
    return List.copyOf(sums.values());
  }

  static long calls(List<Data.Hash> rows) {
    return rows.stream().mapToLong(UsageRow::number).sum();
  }

  static String amount(List<Data.Hash> rows) {
    return PriceList.text(
        rows.stream().map(UsageRow::amount).reduce(BigDecimal.ZERO, BigDecimal::add));
  }

  /** Of what a sum of them would be, in their order. */
  static SortedSet<String> currencies(List<Data.Hash> rows) {
    return rows.stream().map(row -> text(row, "currency")).collect(toCollection(TreeSet::new));
  }

  /** RFC 4180, with a line of names and the month. */
  static String csv(String month, List<Data.Hash> rows) {
    var csv = new StringBuilder("month," + String.join(",", COLUMNS) + "\r\n");
    for (var row : rows) {
      csv.append(month);
      COLUMNS.forEach(column -> csv.append(',').append(text(row, column)));
      csv.append("\r\n");
    }
    return csv.toString();
  }

  /** None of them has a comma or a quote. */
  private static String text(Data.Hash row, String name) {
    return row.get(name)
        .map(value -> value instanceof Data.Number number
            ? Long.toString(number.value())
            : ((Data.Text) value).value())
        .orElse("");
  }

  private static long number(Data.Hash row) {
    return Long.parseLong(text(row, "calls"));
  }

  private static BigDecimal amount(Data.Hash row) {
    return new BigDecimal(text(row, "amount"));
  }
}
