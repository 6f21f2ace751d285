package dev.latchkey.sam;

import static dev.latchkey.sam.FunctionFailure.Kind.BUSY;
import static dev.latchkey.sam.FunctionFailure.Kind.ERROR;
import static dev.latchkey.sam.FunctionFailure.Kind.EXIT;
import static dev.latchkey.sam.FunctionFailure.Kind.TIMEOUT;

import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The processes of one function: none before the first call, and as many as there are calls at once, up to five. */
final class FunctionPool implements AutoCloseable {
  static final int MOST = 5;

  private final SamFunction function;
  private final List<String> command;
  private final Surroundings surroundings;
  private final FunctionLog log;
  private final Semaphore free = new Semaphore(MOST, true);
  private final Deque<FunctionProcess> idle = new ConcurrentLinkedDeque<>();
  private final Set<FunctionProcess> all = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  FunctionPool(
      SamFunction function, List<String> command, Surroundings surroundings, FunctionLog log) {
    this.function = function;
    this.command = command;
    this.surroundings = surroundings;
    this.log = log;
  }

  byte[] invoke(byte[] event) throws FunctionFailure {
    try {
      if (!free.tryAcquire(function.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new FunctionFailure(BUSY, "all " + MOST + " processes are busy");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FunctionFailure(TIMEOUT, "interrupted");
    }
    try {
      return invoke(take(), event);
    } catch (FunctionFailure e) {
      if (!closed) {
        log.line(e.getMessage());
      }
      throw e;
    } finally {
      free.release();
    }
  }

  /** How many processes there are. */
  int size() {
    return all.size();
  }

  private byte[] invoke(FunctionProcess process, byte[] event) throws FunctionFailure {
    long begin = System.nanoTime();
    try {
      byte[] answer = process.invoke(event);
      log.line("REPORT Duration: " + FunctionProcess.millisSince(begin) + " ms");
      idle.addFirst(process);
      return answer;
    } catch (FunctionFailure e) {
      if (e.kind() == ERROR) {
        idle.addFirst(process);
      } else {
        end(process);
      }
      throw e;
    }
  }

  /** The one that was idle for the shortest time, so that a single client meets one process. */
  private FunctionProcess take() throws FunctionFailure {
    for (FunctionProcess one = idle.poll(); one != null; one = idle.poll()) {
      if (one.isAlive()) {
        return one;
      }
      end(one);
    }
    return start();
  }

  private FunctionProcess start() throws FunctionFailure {
    long begin = System.nanoTime();
    var started = FunctionProcess.launch(function, command, surroundings, log);
    all.add(started);
    try {
      if (closed) {
        throw new FunctionFailure(EXIT, "it is too late to start");
      }
      started.awaitReady();
      log.line("INIT Duration: " + FunctionProcess.millisSince(begin) + " ms");
      return started;
    } catch (FunctionFailure e) {
      end(started);
      throw e;
    }
  }

  private void end(FunctionProcess process) {
    all.remove(process);
    process.close();
  }

  /** Tells all to end, and does not wait. */
  void stop() {
    closed = true;
    all.forEach(FunctionProcess::stop);
  }

  @Override
  public void close() {
    stop();
    all.forEach(FunctionProcess::close);
  }
}
