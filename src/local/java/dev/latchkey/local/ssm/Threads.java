package dev.latchkey.local.ssm;

import java.util.concurrent.ThreadFactory;

final class Threads {

  private Threads() {}

  /** None of ours keeps the JVM from its end. */
  static ThreadFactory daemon(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
