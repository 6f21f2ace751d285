package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/**
 * The agent's own tests, which are Python's: {@code python3 -m unittest discover -s infra/agent} runs them one after the
 * other; here three modules run at a time, as they often wait for sshd or for a process to end.
 */
class AgentIT {
  private static final int AT_ONCE = 3;

  private record Result(int exitCode, String output) {}

  @Test
  void itsOwnTestsPass() throws IOException {
    var pool = Executors.newFixedThreadPool(AT_ONCE);
    try (var files = Files.list(Path.of("infra/agent/tests"))) {
      var running = files
          // The longest first, so that none is left to run alone at the end.
          .sorted(
              Comparator.comparingLong((Path file) -> file.toFile().length()).reversed())
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("test_.*\\.py"))
          .map(name -> CompletableFuture.supplyAsync(() -> run(name), pool))
          .toList();
      assertThat(running).isNotEmpty();
      for (var module : running) {
        var result = module.join();
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).containsPattern("Ran [1-9][0-9]* tests?");
        result
            .output()
            .lines()
            .filter(line -> line.contains("skipped") || line.startsWith("Ran "))
            .forEach(System.out::println);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static Result run(String module) {
    try {
      var process = new ProcessBuilder(
              "python3", "-m", "unittest", "discover", "-s", "infra/agent", "-p", module)
          .redirectErrorStream(true)
          .redirectInput(new File("/dev/null"))
          .start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(module, e);
    }
  }
}
