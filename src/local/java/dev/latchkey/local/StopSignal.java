package dev.latchkey.local;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Ctrl-C and SIGTERM: holds the end of the JVM back until the main thread has closed everything in its order,
 * first Quarkus, then the database under it, then the lock. Not for ever, because a process that was told to
 * stop must soon be gone; and not at all while it still starts, because whatever a start leaves behind when it
 * is cut off, the next start completes.
 */
final class StopSignal {
  private static final Duration PATIENCE = Duration.ofMillis(2500);

  /** What a shell calls an end by SIGTERM. */
  private static final int TERMINATED = 143;

  /** Of the connections to the database; held, as a logger that nobody holds forgets its level. */
  private static final Logger CONNECTIONS = Logger.getLogger("io.netty");

  private static final CountDownLatch CLOSED = new CountDownLatch(1);

  private static volatile boolean serving;
  private static volatile boolean given;

  private StopSignal() {}

  static void await() {
    Runtime.getRuntime().addShutdownHook(new Thread(StopSignal::end, "latchkey-stop"));
  }

  /** From now on there are calls to finish. */
  static void serving() {
    serving = true;
  }

  static void everythingIsClosed() {
    CLOSED.countDown();
  }

  /** Whether the end has begun: what fails from then on fails because of it, and is not worth a word. */
  static boolean given() {
    return given;
  }

  private static void end() {
    given = true;
    // Closed under the SDK's pool they are told as warnings, with a stack each.
    CONNECTIONS.setLevel(Level.OFF);
    long patience = serving ? PATIENCE.toMillis() : 0;
    try {
      if (CLOSED.await(patience, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      // Nobody interrupts a shutdown hook; if somebody does, it means now.
    }
    Runtime.getRuntime().halt(TERMINATED);
  }
}
