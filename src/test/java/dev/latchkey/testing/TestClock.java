package dev.latchkey.testing;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The application's clock in tests: the machine's, or stopped or ahead where a test says. */
@Singleton
@Alternative
@Priority(1)
public class TestClock extends Clock {
  private static final AtomicReference<Supplier<Instant>> TIME = new AtomicReference<>();

  /** Stops the clock; closing lets it run with the machine's again. */
  public static Stopped stoppedAt(long seconds) {
    var instant = Instant.ofEpochSecond(seconds);
    return by(() -> instant);
  }

  /** Lets the clock run from then on; closing lets it run with the machine's again. */
  public static Stopped runningFrom(Instant begin) {
    var ahead = Duration.between(Clock.systemUTC().instant(), begin);
    return by(() -> Clock.systemUTC().instant().plus(ahead));
  }

  private static Stopped by(Supplier<Instant> time) {
    TIME.set(time);
    return () -> TIME.set(null);
  }

  /** A clock of a test's own. */
  public interface Stopped extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public Instant instant() {
    var time = TIME.get();
    return time != null ? time.get() : Clock.systemUTC().instant();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
