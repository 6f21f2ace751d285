package dev.latchkey.sam;

import static dev.latchkey.sam.FunctionFailure.Kind.EXIT;
import static dev.latchkey.sam.FunctionFailure.Kind.TIMEOUT;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One execution environment: a process that handles one event at a time. */
final class FunctionProcess implements AutoCloseable {
  /** More than Lambda gives, because a laptop may be busy with other things. */
  private static final Duration INIT_PATIENCE = Duration.ofSeconds(60);

  /** Lambda itself gives none. */
  private static final Duration END_PATIENCE = Duration.ofSeconds(1);

  private final SamFunction function;
  private final RuntimeApi api;
  private final TemporaryFolder temporary;
  private final Process process;
  private volatile long endBy;

  private FunctionProcess(
      SamFunction function, RuntimeApi api, TemporaryFolder temporary, Process process) {
    this.function = function;
    this.api = api;
    this.temporary = temporary;
    this.process = process;
  }

  static FunctionProcess launch(
      SamFunction function, List<String> command, Surroundings surroundings, FunctionLog log)
      throws FunctionFailure {
    try {
      var api = RuntimeApi.start(function.arn());
      var temporary = TemporaryFolder.make(surroundings.temporary());
      var builder = new ProcessBuilder(temporary.fill(command))
          .directory(surroundings.folder().toFile())
          .redirectErrorStream(true);
      builder.environment().clear();
      builder.environment().putAll(surroundings.environment(function, api.address()));
      builder.environment().put("TMPDIR", temporary.path().toString());
      var process = builder.start();
      process.getOutputStream().close();
      log.pump(process.getInputStream());
      process
          .onExit()
          .thenAccept(ended -> api.fail(
              new FunctionFailure(EXIT, "Runtime exited with status " + ended.exitValue())));
      return new FunctionProcess(function, api, temporary, process);
    } catch (IOException e) {
      throw new FunctionFailure(EXIT, e.getMessage());
    }
  }

  /** Until it asks for its first event. */
  void awaitReady() throws FunctionFailure {
    await(api.ready(), INIT_PATIENCE);
  }

  byte[] invoke(byte[] event) throws FunctionFailure {
    var invocation = new FunctionInvocation(
        UUID.randomUUID().toString(), event, Instant.now().plus(function.timeout()));
    api.submit(invocation);
    if (!process.isAlive()) {
      throw new FunctionFailure(EXIT, "Runtime exited with status " + process.exitValue());
    }
    return await(invocation.answer(), function.timeout());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Tells it to end, and does not wait. */
  void stop() {
    endBy = endBy == 0 ? System.nanoTime() + END_PATIENCE.toNanos() : endBy;
    // The process's own destroy would close its log, too.
    process.toHandle().destroy();
  }

  /** However long it takes to end. */
  void awaitEnd() {
    process.onExit().join();
  }

  @Override
  public void close() {
    stop();
    try {
      if (!process.waitFor(endBy - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        // Killed is not gone: its memory takes a moment, and whoever ends this may look for what is
        // left.
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    temporary.close();
    api.close();
  }

  static long millisSince(long begin) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  private static <T> T await(CompletableFuture<T> future, Duration patience)
      throws FunctionFailure {
    try {
      return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new FunctionFailure(TIMEOUT, "Task timed out after " + patience.toSeconds() + " s");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof FunctionFailure failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FunctionFailure(EXIT, "interrupted");
    }
  }
}
