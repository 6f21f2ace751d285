package dev.latchkey.testing;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** The application's clock in tests: the machine's, or stopped where a test says. */
@Singleton
@Alternative
@Priority(1)
public class TestClock extends Clock {
  private static final AtomicReference<Instant> STOPPED = new AtomicReference<>();

  /** Stops the clock; closing lets it run with the machine's again. */
  public static Stopped stoppedAt(long seconds) {
    STOPPED.set(Instant.ofEpochSecond(seconds));
    return () -> STOPPED.set(null);
  }

  /** A stopped clock. */
  public interface Stopped extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public Instant instant() {
    var stopped = STOPPED.get();
    return stopped != null ? stopped : Clock.systemUTC().instant();
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
