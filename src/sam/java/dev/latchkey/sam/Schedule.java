package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/**
 * What a rule of EventBridge sends again and again.
 *
 * @param function the logical id of its target
 */
record Schedule(String rule, String function, Duration every, String input) {
  private static final Pattern RATE = Pattern.compile("rate\\((\\d+) (minute|hour|day)s?\\)");

  /** @param expression such as {@code rate(1 minute)} */
  static Duration every(String expression) {
    var rate = RATE.matcher(expression);
    if (!rate.matches()) {
      throw new LocalProblem("the schedule " + expression + " is not known here; rate(…) is");
    }
    return Duration.of(
        Long.parseLong(rate.group(1)),
        switch (rate.group(2)) {
          case "minute" -> ChronoUnit.MINUTES;
          case "hour" -> ChronoUnit.HOURS;
          default -> ChronoUnit.DAYS;
        });
  }
}
