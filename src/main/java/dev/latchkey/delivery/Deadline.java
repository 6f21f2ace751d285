package dev.latchkey.delivery;

import java.time.Duration;

/** How long there is to wait, by the clock that nobody sets. */
public record Deadline(long nanoTime) {
  public static Deadline in(Duration wait) {
    return new Deadline(System.nanoTime() + wait.toNanos());
  }

  public boolean isOver() {
    return left().isZero() || left().isNegative();
  }

  public Duration left() {
    return Duration.ofNanos(nanoTime - System.nanoTime());
  }

  Duration orSooner(Duration pause) {
    return pause.compareTo(left()) < 0 || isOver() ? pause : left();
  }
}
