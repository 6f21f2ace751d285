package dev.latchkey.local;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and folders that only their owner may read, from the moment they exist. */
public final class PrivateFiles {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private static final String FOLDER = "rwx------";
  private static final Set<PosixFilePermission> OWNERS_ALONE =
      PosixFilePermissions.fromString(FOLDER);

  private PrivateFiles() {}

  /** This folder; its parents too, but with the permissions that folders usually get. */
  static Path folder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      if (path.getParent() != null) {
        Files.createDirectories(path.getParent());
      }
      Files.createDirectory(path, permissions(FOLDER));
    }
    return path;
  }

  /**
   * The same, and whoever knows a path inside may pass: what is in it has permissions of its own. One that an earlier release
   * made lets nobody pass.
   */
  static Path passage(Path path) throws IOException {
    folder(path);
    if (POSIX && Files.getPosixFilePermissions(path).equals(OWNERS_ALONE)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
    }
    return path;
  }

  /** Opens a file for writing, made if absent. */
  static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, Set.of(CREATE, WRITE), permissions("rw-------"));
  }

  /** Afterwards the file has this content, or it is as it was: also when the power fails in between. */
  public static void write(Path file, String content) throws IOException {
    var draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    try (var channel =
        FileChannel.open(draft, Set.of(CREATE_NEW, WRITE), permissions("rw-------"))) {
      channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    move(draft, file);
  }

  /** Puts a finished file in its place in one step, and makes that step last. */
  static void move(Path draft, Path file) throws IOException {
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    if (POSIX) { // elsewhere a folder cannot be opened
      try (var folder = FileChannel.open(file.toAbsolutePath().getParent(), READ)) {
        folder.force(true);
      }
    }
  }

  /** Takes away what others may do with an existing file. */
  static void restrict(Path file) throws IOException {
    if (POSIX) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
  }

  private static FileAttribute<?>[] permissions(String mode) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }
}
