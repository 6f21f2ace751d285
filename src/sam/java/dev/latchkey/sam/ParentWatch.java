package dev.latchkey.sam;

import dev.latchkey.local.Threads;
import java.util.concurrent.TimeUnit;

/** Ends this process soon after the one that started it: a build that gets a signal does not tell it to. */
final class ParentWatch {
  private static final long LOOK_EVERY_MS = 200;

  private ParentWatch() {}

  /** Where the parent is a build, and not a shell that may end before. */
  static void start() {
    ProcessHandle.current()
        .parent()
        .ifPresent(parent ->
            Threads.daemon("latchkey-parent").newThread(() -> exitAfter(parent)).start());
  }

  private static void exitAfter(ProcessHandle parent) {
    try {
      while (parent.isAlive()) {
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      }
      System.exit(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
