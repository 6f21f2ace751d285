package dev.latchkey.access;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** A calendar month in UTC, as calls are counted and billed: {@code 202611}. */
public record Month(String yyyymm) implements Comparable<Month> {
  private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("yyyyMM");
  private static final YearMonth FIRST = YearMonth.of(2020, 1);
  private static final int RADIX = 36;
  private static final String TOTAL = "calls_";

  /** Two characters of the month, one or two of the function. No other attribute is written in capitals. */
  private static final Pattern COUNTER = Pattern.compile("([0-9A-Z]{2})([0-9A-Z]{1,2})");

  public static Month of(Instant instant) {
    return of(YearMonth.from(instant.atOffset(ZoneOffset.UTC)));
  }

  private static Month of(YearMonth month) {
    return new Month(FORM.format(month));
  }

  public Month previous() {
    return of(YearMonth.parse(yyyymm, FORM).minusMonths(1));
  }

  /** The attribute that counts all calls of this month, on a credential and on a user: quotas are compared with it. */
  String counter() {
    return TOTAL + yyyymm;
  }

  /**
   * The attribute that counts the calls of one function in this month: the months since January 2020 in two digits of base
   * 36, and the function's number in one or two. Names this short keep a credential that calls every function within one
   * unit of a write, 1,024 bytes.
   *
   * @param function its number, or {@link Tally#UNKNOWN}
   */
  String counter(int function) {
    var months = Math.toIntExact(FIRST.until(YearMonth.parse(yyyymm, FORM), ChronoUnit.MONTHS));
    return digits(months / RADIX) + digits(months % RADIX) + digits(function);
  }

  /** The month that an attribute counts calls of; empty where it is not a counter. */
  static Optional<Month> ofCounter(String attribute) {
    if (attribute.startsWith(TOTAL)) {
      return Optional.of(new Month(attribute.substring(TOTAL.length())));
    }
    var counter = COUNTER.matcher(attribute);
    return counter.matches()
        ? Optional.of(of(FIRST.plusMonths(Integer.parseInt(counter.group(1), RADIX))))
        : Optional.empty();
  }

  /** The number of the function that an attribute counts calls of; empty where it counts all, or is not a counter. */
  static OptionalInt functionOf(String attribute) {
    var counter = COUNTER.matcher(attribute);
    return counter.matches()
        ? OptionalInt.of(Integer.parseInt(counter.group(2), RADIX))
        : OptionalInt.empty();
  }

  private static String digits(int number) {
    return Integer.toString(number, RADIX).toUpperCase(Locale.ROOT);
  }

  @Override
  public int compareTo(Month other) {
    return yyyymm.compareTo(other.yyyymm);
  }
}
