package dev.latchkey.delivery;

import java.time.Duration;

/**
 * When a command is looked at: first after the time in which most end, then after half of that, and then at doubling pauses
 * up to a second. Looks at a command that cannot have ended cost the others their share of Systems Manager's limits.
 *
 * @param pause before the next look
 */
record Looks(Duration pause, boolean isFirst) {
  private static final Duration LONGEST = Duration.ofSeconds(1);

  static Looks first(Duration after) {
    return new Looks(after, true);
  }

  Looks next() {
    var longer = isFirst ? pause.dividedBy(2) : pause.multipliedBy(2);
    return new Looks(longer.compareTo(LONGEST) > 0 ? LONGEST : longer, false);
  }
}
