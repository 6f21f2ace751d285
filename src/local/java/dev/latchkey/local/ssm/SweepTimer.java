package dev.latchkey.local.ssm;

import dev.latchkey.local.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The timer that the agent has on a server; a folder cannot have one of its own. */
public final class SweepTimer implements AutoCloseable {
  public static final Duration USUAL = Duration.ofSeconds(10);

  private static final Path NOWHERE = Path.of("/dev/null");
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int PATIENCE_SECONDS = 2;

  private final List<FolderServer> servers;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Threads.daemon("ssm-sweep"));

  private SweepTimer(List<FolderServer> servers) {
    this.servers = List.copyOf(servers);
  }

  /** Sweeps all of these in turn, at once and then with this pause in between. */
  public static SweepTimer start(List<FolderServer> servers, Duration pause) {
    var timer = new SweepTimer(servers);
    timer.thread.scheduleWithFixedDelay(timer::sweep, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    return timer;
  }

  /** Ends the sweep that runs. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sweep() {
    for (var server : servers) {
      if (!thread.isShutdown() && server.hasAgent()) {
        sweep(server);
      }
    }
  }

  private static void sweep(FolderServer server) {
    var words = List.of(
        "python3", server.agent().toString(), "sweep", "--root", server.folder().toString());
    try {
      ProcessGroup agent =
          ProcessGroup.start(words, server.folder(), Map.of("PATH", Script.PATH), NOWHERE, NOWHERE);
      if (!ended(agent)) {
        agent.kill();
      }
    } catch (IOException e) {
      // No Python here: the same is said, better, to whoever sends an order.
    }
  }

  private static boolean ended(ProcessGroup agent) {
    try {
      return agent.await(LONGEST);
    } catch (InterruptedException e) {
      return false;
    }
  }
}
