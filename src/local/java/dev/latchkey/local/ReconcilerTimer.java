package dev.latchkey.local;

import dev.latchkey.reconcile.AllUpkeep;
import dev.latchkey.reconcile.Reconciler;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.jboss.logging.Logger;

/** Runs the reconciler again and again, as EventBridge does in the cloud: once a minute there, more often here. */
@Singleton
final class ReconcilerTimer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.local");

  /** Of a pass that is cut off: what it misses then is told as faults of servers. Held, as a logger that nobody holds forgets its level. */
  private static final java.util.logging.Logger OF_SERVERS =
      java.util.logging.Logger.getLogger("dev.latchkey.servers");

  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofMillis(1500);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Reconciler reconciler;
  private final AllUpkeep upkeep;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(run -> {
        var daemon = new Thread(run, "reconciler");
        daemon.setDaemon(true);
        return daemon;
      });

  ReconcilerTimer(Reconciler reconciler, AllUpkeep upkeep) {
    this.reconciler = reconciler;
    this.upkeep = upkeep;
  }

  void start() {
    repeat("the reconciler", reconciler::run, PAUSE);
    // Seals, closed months, counts of a day: nobody waits for them.
    repeat("the reconciler's work beside the servers", upkeep::run, MINUTE);
  }

  private void repeat(String what, Supplier<Uni<?>> work, Duration pause) {
    thread.scheduleWithFixedDelay(
        () -> {
          try {
            work.get().await().atMost(LONGEST);
          } catch (RuntimeException e) {
            if (!thread.isShutdown()) {
              LOG.errorf(e, "%s failed; it runs again in %s", what, pause);
            }
          }
        },
        0,
        pause.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** Before anything that a pass at work needs is gone. */
  void stop(@Observes ShutdownEvent event) {
    close();
  }

  /** What is at work ends first, as far as somebody who pressed Ctrl-C waits for it. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        OF_SERVERS.setLevel(Level.OFF);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.shutdownNow();
  }
}
