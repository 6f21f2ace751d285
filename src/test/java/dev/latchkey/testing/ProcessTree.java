package dev.latchkey.testing;

import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process with all that it has started, as a test leaves it behind. */
public final class ProcessTree {
  private static final int PATIENCE_SECONDS = 10;

  private ProcessTree() {}

  /**
   * Ends it as SIGTERM does, then by force whatever is left of it, and waits until nothing is: what still runs writes
   * into folders that the end of a test removes.
   */
  public static void end(Process process) {
    var started = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        started = Stream.concat(started.stream(), process.descendants()).toList();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
    started.forEach(one -> one.onExit().join());
  }
}
