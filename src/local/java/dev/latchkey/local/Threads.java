package dev.latchkey.local;

import java.util.concurrent.ThreadFactory;

/** Threads that keep no JVM from its end. */
public final class Threads {
  private Threads() {}

  public static ThreadFactory daemon(String name) {
    return work -> {
      var thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
