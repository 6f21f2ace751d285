package dev.latchkey.cli;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Closes a connection when its time is over, whatever it waits for: a server that sends a byte now and then gains nothing. */
final class TimeLimit implements AutoCloseable {
  private final Duration length;
  private final long end;
  private final Thread watch;
  private volatile Closeable guarded = () -> {};
  private volatile boolean over;
  private volatile boolean done;

  TimeLimit(Duration length) {
    this.length = length;
    end = System.nanoTime() + length.toNanos();
    watch = new Thread(this::watch, "time limit");
    watch.setDaemon(true);
    watch.start();
  }

  private void watch() {
    while (!done) {
      var left = end - System.nanoTime();
      if (left <= 0) {
        over = true;
        close(guarded);
        return;
      }
      LockSupport.parkNanos(this, left);
    }
  }

  private static void close(Closeable connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // It ends all the same.
    }
  }

  /** From now on this is what is closed. */
  void guard(Closeable connection) {
    guarded = connection;
    if (over) {
      close(connection);
    }
  }

  boolean isOver() {
    return over;
  }

  Duration length() {
    return length;
  }

  int millisecondsLeft(int most) {
    var left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    return (int) Math.max(1, Math.min(most, left));
  }

  @Override
  public void close() {
    done = true;
    LockSupport.unpark(watch);
  }
}
