package dev.latchkey.list;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/** A number in a record or a filter, where the word {@code unlimited} is greater than every number. */
record Amount(Optional<BigDecimal> number) implements Comparable<Amount> {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:[0-9]{1,100}(?:\\.[0-9]{0,100})?|\\.[0-9]{1,100})");

  static final Amount UNLIMITED = new Amount(Optional.empty());

  /** A number alone. */
  static Optional<Amount> number(String text) {
    return NUMBER.matcher(text).matches()
        ? Optional.of(new Amount(Optional.of(new BigDecimal(text))))
        : Optional.empty();
  }

  /** A number or {@code unlimited}. */
  static Optional<Amount> numberOrUnlimited(String text) {
    return text.equals("unlimited") ? Optional.of(UNLIMITED) : number(text);
  }

  boolean isZero() {
    return number.filter(value -> value.signum() == 0).isPresent();
  }

  @Override
  public int compareTo(Amount other) {
    if (number.isEmpty() || other.number.isEmpty()) {
      return Boolean.compare(number.isEmpty(), other.number.isEmpty());
    }
    return number.get().compareTo(other.number.get());
  }
}
