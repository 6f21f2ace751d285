package dev.latchkey.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The agent, loaded once for all folder servers of a run: starting Python and compiling the agent for each order is most of
 * what an order costs. The scripts that do so on a real server have tests of their own.
 */
final class AgentProcess {
  private static final Path SCRIPTS = Path.of("src/test/agent").toAbsolutePath();
  private static final String INSTALLED = "usr/local/lib/latchkey/latchkey_agent.pyz";

  private static AgentProcess running;

  private final Path archive;
  private final Path socket;

  private AgentProcess(Path archive, Path socket) {
    this.archive = archive;
    this.socket = socket;
  }

  static synchronized AgentProcess running() {
    if (running == null) {
      running = start();
    }
    return running;
  }

  private static AgentProcess start() {
    try {
      var folder = Scratch.folder("latchkey-agent");
      var process = new AgentProcess(folder.resolve("agent.pyz"), folder.resolve("socket"));
      var build = new ProcessBuilder(
              "python3", "infra/agent/build.py", "--archive", process.archive + "")
          .inheritIO()
          .start();
      if (build.waitFor() != 0) {
        throw new IllegalStateException("infra/agent/build.py makes no archive");
      }
      // Its input ends with this JVM, and it with its input.
      var server = new ProcessBuilder(
              "/usr/bin/env",
              "python3",
              SCRIPTS.resolve("serve.py").toString(),
              process.archive.toString(),
              process.socket.toString())
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      var said = server.inputReader().readLine();
      if (!"ready".equals(said)) {
        throw new IllegalStateException("the agent is not ready: " + said);
      }
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The words to put before the script of a command. */
  List<String> runner() {
    return List.of("python3", "-I", "-S", SCRIPTS.resolve("run.py").toString(), socket.toString());
  }

  /** Leaves the agent where Latchkey-Install would. */
  void install(Path root) throws IOException {
    var agent = root.resolve(INSTALLED);
    Files.createDirectories(agent.getParent());
    Files.copy(archive, agent);
    Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwx------"));
  }
}
