package dev.latchkey.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Files that nobody else of this machine may read: tokens, profiles, and what completion remembers. */
final class PrivateFile {
  private static final int MOST_BYTES = 64 * 1024;
  private static final Set<PosixFilePermission> OWN = EnumSet.of(
      PosixFilePermission.OWNER_READ,
      PosixFilePermission.OWNER_WRITE,
      PosixFilePermission.OWNER_EXECUTE);

  private PrivateFile() {}

  /**
   * @param what as a sentence calls it: "the token file"
   * @throws CliProblem if it cannot be read, or others may read it
   */
  static String read(String what, Path file) {
    var named = what + " " + Visible.line(file.toString());
    try {
      // A pipe, as of <(…), has no mode that says anything.
      if (Files.isRegularFile(file) && !OWN.containsAll(Files.getPosixFilePermissions(file))) {
        throw CliProblem.usage("Others may use " + named + ", whose mode is "
            + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
            + "; say chmod 600 "
            + Visible.line(file.toString()) + ".");
      }
    } catch (IOException e) {
      throw CliProblem.usage("Cannot read " + named + ": " + why(e) + ".");
    } catch (UnsupportedOperationException e) {
      // A file system without modes.
    }
    try {
      var bytes = bytes(file, MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw CliProblem.usage(
            "Cannot read " + named + ": it is longer than " + MOST_BYTES + " bytes.");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CliProblem.usage("Cannot read " + named + ": " + why(e) + ".");
    }
  }

  /** At most so many; also of a pipe, as of {@code <(…)}, of which the streams' own ways of reading much ask for a place. */
  static byte[] bytes(Path file, int most) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var bytes = new byte[most];
      var filled = 0;
      for (var read = 0; read >= 0 && filled < most; filled += Math.max(0, read)) {
        read = in.read(bytes, filled, most - filled);
      }
      return Arrays.copyOf(bytes, filled);
    }
  }

  /** All of it or nothing; only its owner may read it from the first moment on. */
  static void write(Path file, String text) throws IOException {
    var folder = file.toAbsolutePath().getParent();
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    var fresh = Files.createTempFile(
        folder,
        ".new",
        "",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** In words, without the path, which the sentence has. */
  static String why(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "this user may not";
    }
    if ("Is a directory".equals(e.getMessage())) {
      return "it is a directory";
    }
    var reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return reason == null ? "the system does not say why" : Visible.line(reason);
  }
}
