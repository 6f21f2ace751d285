package dev.latchkey.local.ssm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent here writes down how it was called. */
class SweepTimerTest {
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final String NOTES = """
      import os, sys
      with open(os.path.join(sys.argv[3], "sweeps"), "a") as notes:
          notes.write(" ".join(sys.argv[1:]) + "\\n")
      """;

  @TempDir
  Path temp;

  @Test
  void everyServerWithAnAgentIsSweptAgainAndAgain() throws IOException {
    var with = server("web01");
    install(with, NOTES);
    var without = server("web02");

    try (var timer = SweepTimer.start(List.of(without, with), PAUSE)) {
      SsmBench.await(() -> lines(with.folder().resolve("sweeps")).size() >= 2);
      // One that comes later is found, too.
      install(without, NOTES);
      SsmBench.await(() -> !lines(without.folder().resolve("sweeps")).isEmpty());
    }

    assertThat(lines(with.folder().resolve("sweeps")))
        .containsOnly("sweep --root " + with.folder());
  }

  @Test
  void closedItEndsTheSweepThatRuns() throws IOException {
    var server = server("web01");
    install(server, """
        import os, sys, time
        with open(os.path.join(sys.argv[3], "sweeps"), "w") as notes:
            notes.write(str(os.getpid()) + "\\n")
        time.sleep(600)
        """);
    var sweeps = server.folder().resolve("sweeps");
    var timer = SweepTimer.start(List.of(server), PAUSE);
    SsmBench.await(() -> !lines(sweeps).isEmpty());

    timer.close();

    var pid = Long.parseLong(lines(sweeps).get(0));
    SsmBench.await(() -> ProcessHandle.of(pid).map(one -> !one.isAlive()).orElse(true));
  }

  private FolderServer server(String name) throws IOException {
    return FolderServer.make(temp.resolve(name), name);
  }

  private static void install(FolderServer server, String agent) throws IOException {
    Files.createDirectories(server.agent().getParent());
    Files.writeString(server.agent(), agent);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
