package dev.latchkey.cli;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A date as HTTP has it, {@code Sun, 06 Nov 1994 08:49:37 GMT}; the JDK's own reader of dates would be a part of the executable. */
final class HttpDate {
  private static final Pattern DATE = Pattern.compile(
      "[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT");
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private HttpDate() {}

  /** @return since 1970 */
  static Optional<Long> seconds(String written) {
    var date = DATE.matcher(written);
    if (!date.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDateTime.of(
              Integer.parseInt(date.group(3)),
              MONTHS.indexOf(date.group(2)) + 1,
              Integer.parseInt(date.group(1)),
              Integer.parseInt(date.group(4)),
              Integer.parseInt(date.group(5)),
              Integer.parseInt(date.group(6)))
          .toEpochSecond(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
