package dev.latchkey.local;

import dev.latchkey.cli.CliProcess;
import dev.latchkey.testing.ConsoleBrowser;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console of a running server in a browser; see {@code src/test/console}. */
class ConsoleIT {
  @Test
  void doesWhatSupportNeeds(@TempDir Path folder) throws IOException, InterruptedException {
    ConsoleBrowser.assumeThere();
    try (var server = ServerProcess.launch(folder.resolve("data")).awaitStart()) {
      ConsoleBrowser.run(
          "http://127.0.0.1:" + server.httpPort(),
          server.rootToken(),
          "LATCHKEY_CLI=" + CliProcess.classPath());
    }
  }
}
