package dev.latchkey.local.ssm;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program with whatever it starts, so that all of it can be ended at once. Where there is no {@code setsid},
 * what left its parent escapes.
 */
final class ProcessGroup {
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final boolean OWN_GROUP = Files.isExecutable(SETSID);
  private static final File NOTHING = new File("/dev/null");

  private final Process process;

  private ProcessGroup(Process process) {
    this.process = process;
  }

  /** Starts it with no input, in this environment alone, its output in these files. */
  static ProcessGroup start(
      List<String> words, Path folder, Map<String, String> environment, Path out, Path err)
      throws IOException {
    var command = new ArrayList<String>();
    if (OWN_GROUP) {
      command.add(SETSID.toString());
    }
    command.addAll(words);
    var builder = new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectInput(NOTHING)
        .redirectOutput(out.toFile())
        .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new ProcessGroup(builder.start());
  }

  /** Whether it ended in time. */
  boolean await(Duration patience) throws InterruptedException {
    return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  /** And waits until it is gone. */
  void kill() {
    var descendants = process.descendants().toList();
    // All at once first: a shell whose program is ended goes on with its next line.
    if (OWN_GROUP && process.isAlive()) {
      killGroup();
    }
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
  }

  private void killGroup() {
    try {
      new ProcessBuilder("sh", "-c", "kill -s KILL -- \"-$1\"", "sh", Long.toString(process.pid()))
          .redirectErrorStream(true)
          .redirectOutput(NOTHING)
          .start()
          .waitFor();
    } catch (IOException e) {
      // Then the program itself and its descendants are all that is ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
