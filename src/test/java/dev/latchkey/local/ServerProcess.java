package dev.latchkey.local;

import dev.latchkey.testing.ProcessTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** The packaged server as a process of its own, with a data folder and ports of its own. */
final class ServerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Process process;
  private final Path output;
  private final Path data;

  private ServerProcess(Process process, Path output, Path data) {
    this.process = process;
    this.output = output;
    this.data = data;
  }

  static ServerProcess launch(Path data, String... settings) {
    return launch(data, 0, settings);
  }

  /** @param httpPort 0 for any, as that of HTTPS is */
  static ServerProcess launch(Path data, int httpPort, String... settings) {
    try {
      var output = Files.createTempFile(data.toAbsolutePath().getParent(), "server", ".out");
      var command = new ArrayList<>(List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:TieredStopAtLevel=1",
          "-Dlatchkey.local.data=" + data,
          "-Dquarkus.http.port=" + httpPort,
          "-Dquarkus.http.ssl-port=0"));
      command.addAll(List.of(settings));
      command.addAll(List.of("-jar", "target/quarkus-app/quarkus-run.jar"));
      var process = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
      return new ServerProcess(process, output, data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has printed what to try, which it does when both ports listen. */
  ServerProcess awaitStart() {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!output().contains("api_token_list")) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new AssertionError("it did not start: " + output());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return this;
  }

  /** @return the exit code */
  int awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("it does not end: " + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends it as SIGTERM does. */
  Duration stop() {
    var begin = System.nanoTime();
    process.destroy();
    awaitEnd();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String rootToken() {
    try {
      return Files.readString(data.resolve("root-token")).trim();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path data() {
    return data;
  }

  int httpPort() {
    return port("http");
  }

  int httpsPort() {
    return port("https");
  }

  /** As it says itself: one that was free before the start may be another's by then. */
  private int port(String scheme) {
    return Pattern.compile("\\b" + scheme + "://127\\.0\\.0\\.1:(\\d+)")
        .matcher(output())
        .results()
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    ProcessTree.end(process);
  }
}
