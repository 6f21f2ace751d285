package dev.latchkey.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packaged server as a process of its own, with a data folder and ports of its own. */
final class ServerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path output;
  private final Path data;
  private final int httpPort;
  private final int httpsPort;

  private ServerProcess(Process process, Path output, Path data, int httpPort, int httpsPort) {
    this.process = process;
    this.output = output;
    this.data = data;
    this.httpPort = httpPort;
    this.httpsPort = httpsPort;
  }

  static ServerProcess launch(Path data, String... settings) {
    return launch(data, freePort(), freePort(), settings);
  }

  static ServerProcess launch(Path data, int httpPort, int httpsPort, String... settings) {
    try {
      var output = Files.createTempFile("latchkey", ".out");
      var command = new ArrayList<>(List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Dlatchkey.local.data=" + data,
          "-Dquarkus.http.port=" + httpPort,
          "-Dquarkus.http.ssl-port=" + httpsPort));
      command.addAll(List.of(settings));
      command.addAll(List.of("-jar", "target/quarkus-app/quarkus-run.jar"));
      var process = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start();
      return new ServerProcess(process, output, data, httpPort, httpsPort);
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
      Thread.onSpinWait();
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
    return httpPort;
  }

  int httpsPort() {
    return httpsPort;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
