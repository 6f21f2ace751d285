package dev.latchkey.sam;

import dev.latchkey.local.FolderTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code /tmp} is to an execution environment of Lambda: a folder that no other process has. It holds the library of
 * the managed Java runtime, too: left to itself, each process would write that to one path in the common temporary folder,
 * and so over the library that others have mapped, which ends them by SIGBUS.
 */
final class TemporaryFolder implements AutoCloseable {
  /** In a command it stands for the folder. */
  static final String IN_COMMAND = "{tmp}";

  private final Path path;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /** @param parent is made if absent */
  static TemporaryFolder make(Path parent) throws IOException {
    return new TemporaryFolder(
        Files.createTempDirectory(Files.createDirectories(parent), "process"));
  }

  /** What earlier runs left behind after a hard end. */
  static Path emptied(Path parent) throws IOException {
    if (Files.exists(parent)) {
      FolderTree.delete(parent);
    }
    return parent;
  }

  Path path() {
    return path;
  }

  /** The command with this folder in it, and in this folder what the command means to find there. */
  List<String> fill(List<String> command) throws IOException {
    if (command.stream().anyMatch(word -> word.endsWith(JavaRuntime.LIBRARY))) {
      JavaRuntime.unpackLibrary(path);
    }
    return command.stream()
        .map(word -> word.replace(IN_COMMAND, path.toString()))
        .toList();
  }

  @Override
  public void close() {
    try {
      FolderTree.delete(path);
    } catch (IOException e) {
      // The next start clears it away.
    }
  }
}
