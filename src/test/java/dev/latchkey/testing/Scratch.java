package dev.latchkey.testing;

import dev.latchkey.local.FolderTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Temporary folders that go with this JVM, whatever is in them by then. */
public final class Scratch {
  private static final Queue<Path> FOLDERS = new ConcurrentLinkedQueue<>();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> FOLDERS.forEach(Scratch::delete), "scratch"));
  }

  private Scratch() {}

  /** A new one, for its owner alone. */
  public static Path folder(String prefix) {
    try {
      var folder = Files.createTempDirectory(prefix);
      FOLDERS.add(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As far as it can be: an order that still runs may add to it meanwhile. */
  private static void delete(Path folder) {
    try {
      FolderTree.delete(folder);
    } catch (IOException e) {
      System.err.println("a test leaves " + folder + " behind: " + e);
    }
  }
}
