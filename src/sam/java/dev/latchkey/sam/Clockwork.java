package dev.latchkey.sam;

import dev.latchkey.local.Threads;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** EventBridge: sends each schedule's input to its function, again and again. */
final class Clockwork implements AutoCloseable {
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Threads.daemon("schedules"));

  static Clockwork start(List<Schedule> schedules, Gateway.Invoker functions) {
    var clockwork = new Clockwork();
    for (var schedule : schedules) {
      byte[] event = schedule.input().getBytes(StandardCharsets.UTF_8);
      clockwork.thread.scheduleAtFixedRate(
          () -> send(schedule.function(), event, functions),
          schedule.every().toMillis(),
          schedule.every().toMillis(),
          TimeUnit.MILLISECONDS);
    }
    return clockwork;
  }

  private static void send(String function, byte[] event, Gateway.Invoker functions) {
    try {
      functions.invoke(function, event);
    } catch (FunctionFailure e) {
      // The function's log says it, and the next time comes.
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
