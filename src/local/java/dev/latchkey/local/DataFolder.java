package dev.latchkey.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Everything that a local server keeps between runs, held by one server at a time.
 *
 * <p>The lock is the operating system's and ends with the process, however that ends; the file stays.
 */
public final class DataFolder implements AutoCloseable {
  private static final String OTHER = "name another one with -Dlatchkey.local.data=FOLDER";

  /** A server that was just told to stop may still be closing its files. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Path path;
  private final FileChannel lock;

  private DataFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Makes the folder if it does not exist, and takes it. */
  public static DataFolder take(Path wanted) {
    var path = wanted.toAbsolutePath().normalize();
    try {
      PrivateFiles.passage(path);
      return new DataFolder(path, lock(path));
    } catch (IOException e) {
      throw new LocalProblem(
          "the data folder " + path + " cannot be used (" + reason(e) + "); " + OTHER);
    }
  }

  public Path path() {
    return path;
  }

  public Path file(String name) {
    return path.resolve(name);
  }

  /** A folder inside, made if absent. */
  public Path folder(String name) {
    return made(name, PrivateFiles::folder);
  }

  /** The same for servers: where root runs them, their accounts have to reach their homes. */
  public Path serversFolder() {
    return made("servers", PrivateFiles::passage);
  }

  private interface Making {
    Path make(Path folder) throws IOException;
  }

  private Path made(String name, Making making) {
    try {
      return making.make(file(name));
    } catch (IOException e) {
      throw new LocalProblem(
          file(name) + " cannot be used (" + reason(e) + "); move it away, or " + OTHER);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      // The lock ends with the process, which is what comes next.
    }
  }

  private static FileChannel lock(Path path) throws IOException {
    var file = path.resolve("lock");
    var channel = PrivateFiles.open(file);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!locked(channel)) {
      if (System.nanoTime() > deadline) {
        var holder = Files.readString(file).strip();
        channel.close();
        throw new LocalProblem(
            "the data folder " + path + " is in use by another Latchkey (process " + holder
                + "); stop that one, or " + OTHER);
      }
      pause();
    }
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(
        (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
    return channel;
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException sameProcess) {
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static String reason(IOException e) {
    if (e instanceof FileAlreadyExistsException) {
      return "it is not a folder";
    }
    if (e instanceof NoSuchFileException) {
      return "no folder can be made there";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
