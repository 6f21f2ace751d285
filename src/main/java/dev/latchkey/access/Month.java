package dev.latchkey.access;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** A calendar month in UTC, as calls are counted and billed: {@code 202611}. */
public record Month(String yyyymm) {
  private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("yyyyMM");

  public static Month of(Instant instant) {
    return new Month(FORM.format(YearMonth.from(instant.atOffset(ZoneOffset.UTC))));
  }

  /** The attribute that counts the calls of this month, on a credential and on a user. */
  public String counter() {
    return "calls_" + yyyymm;
  }
}
