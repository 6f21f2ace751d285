package dev.latchkey.local.sam;

import java.util.concurrent.ThreadFactory;

/** Threads that hold up no end. */
final class Threads {

  private Threads() {}

  static ThreadFactory daemon(String name) {
    return run -> {
      Thread thread = new Thread(run, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
