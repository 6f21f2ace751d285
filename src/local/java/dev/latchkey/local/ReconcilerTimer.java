package dev.latchkey.local;

import dev.latchkey.reconcile.Reconciler;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Runs the reconciler again and again, as EventBridge does in the cloud. */
@Singleton
final class ReconcilerTimer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.local");
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Reconciler reconciler;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(run -> {
        var daemon = new Thread(run, "reconciler");
        daemon.setDaemon(true);
        return daemon;
      });

  ReconcilerTimer(Reconciler reconciler) {
    this.reconciler = reconciler;
  }

  void start() {
    thread.scheduleWithFixedDelay(this::run, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run() {
    try {
      reconciler.run().await().atMost(LONGEST);
    } catch (RuntimeException e) {
      if (!thread.isShutdown()) {
        LOG.errorf(e, "the reconciler failed; it runs again in %s", PAUSE);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
