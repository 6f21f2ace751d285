package dev.latchkey.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The command line with a home of its own, against a server that answers as it is told. */
abstract class CliCase {
  @TempDir
  Path home;

  final ScriptedServer server = new ScriptedServer();

  @AfterEach
  final void stop() {
    server.close();
  }
}
