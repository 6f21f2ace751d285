package dev.latchkey.access;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** A calendar month in UTC, as calls are counted and billed: {@code 202611}. */
public record Month(String yyyymm) implements Comparable<Month> {
  private static final int FIRST_YEAR = 2020;
  private static final int RADIX = 36;
  private static final int MONTH_DIGITS = 2;
  private static final String TOTAL = "calls_";

  public static Month of(Instant instant) {
    var utc = instant.atOffset(ZoneOffset.UTC);
    return of(utc.getYear(), utc.getMonthValue());
  }

  private static Month of(int year, int month) {
    return new Month(Integer.toString(year * 100 + month));
  }

  private static Month ofIndex(int index) {
    return of(FIRST_YEAR + Math.floorDiv(index, 12), Math.floorMod(index, 12) + 1);
  }

  /** Months since January 2020. Every call asks for it, and parsing a date would be the dearest part of counting it. */
  private int index() {
    var number = Integer.parseInt(yyyymm);
    return (number / 100 - FIRST_YEAR) * 12 + number % 100 - 1;
  }

  public Month previous() {
    return ofIndex(index() - 1);
  }

  public Month next() {
    return ofIndex(index() + 1);
  }

  /** Its first moment, UTC. */
  public Instant begin() {
    var number = Integer.parseInt(yyyymm);
    return LocalDate.of(number / 100, number % 100, 1)
        .atStartOfDay(ZoneOffset.UTC)
        .toInstant();
  }

  /** The first instant of the next month. */
  public Instant end() {
    return next().begin();
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
    return prefix() + digits(function);
  }

  private String prefix() {
    var months = index();
    return digits(months / RADIX) + digits(months % RADIX);
  }

  /** The month that an attribute counts calls of; empty where it is not a counter. */
  static Optional<Month> ofCounter(String attribute) {
    return isOfFunction(attribute)
        ? Optional.of(ofIndex(Integer.parseInt(attribute, 0, MONTH_DIGITS, RADIX)))
        : ofTotal(attribute);
  }

  /** The month that an attribute counts all calls of; empty where it does not. */
  static Optional<Month> ofTotal(String attribute) {
    return attribute.startsWith(TOTAL)
        ? Optional.of(new Month(attribute.substring(TOTAL.length())))
        : Optional.empty();
  }

  /** The number of the function that an attribute counts calls of; empty where it counts all, or is not a counter. */
  static OptionalInt functionOf(String attribute) {
    return isOfFunction(attribute)
        ? OptionalInt.of(Integer.parseInt(attribute, MONTH_DIGITS, attribute.length(), RADIX))
        : OptionalInt.empty();
  }

  /** Two characters of the month, one or two of the function. No other attribute is written in capitals. */
  private static boolean isOfFunction(String attribute) {
    var length = attribute.length();
    return length > MONTH_DIGITS
        && length <= MONTH_DIGITS + 2
        && attribute.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'A' && c <= 'Z');
  }

  private static String digits(int number) {
    return Integer.toString(number, RADIX).toUpperCase(Locale.ROOT);
  }

  @Override
  public int compareTo(Month other) {
    return yyyymm.compareTo(other.yyyymm);
  }
}
