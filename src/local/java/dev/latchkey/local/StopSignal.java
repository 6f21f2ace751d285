package dev.latchkey.local;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds the end of the JVM back, after Ctrl-C or SIGTERM, until the main thread has closed everything in
 * its order: first Quarkus, then the database under it, then the lock. Not for ever: a process that was told
 * to stop must be gone soon, and the database file survives a hard end.
 */
final class StopSignal {

  private static final Duration PATIENCE = Duration.ofMillis(2500);

  private final CountDownLatch closed = new CountDownLatch(1);

  StopSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::await, "latchkey-stop"));
  }

  void everythingIsClosed() {
    closed.countDown();
  }

  private void await() {
    try {
      if (closed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      // Nobody interrupts a shutdown hook; if somebody does, it means now.
    }
    Runtime.getRuntime().halt(1);
  }
}
