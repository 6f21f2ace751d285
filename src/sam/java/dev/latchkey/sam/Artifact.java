package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The package as Lambda unpacks it: a native executable named bootstrap, or classes for the managed Java runtime. */
record Artifact(Path folder) {
  private static final String BOOTSTRAP = "bootstrap";

  /** Anew, so that nothing of an older package is in it. */
  static Artifact unpack(Path zip, Path folder) {
    try (var source = open(zip)) {
      clear(folder);
      var entries = source.entries();
      while (entries.hasMoreElements()) {
        unpack(source, entries.nextElement(), folder.toAbsolutePath().normalize());
      }
      var executable = folder.resolve(BOOTSTRAP);
      if (Files.exists(executable) && !executable.toFile().setExecutable(true)) {
        throw new LocalProblem(executable + " cannot be made executable");
      }
      return new Artifact(folder);
    } catch (IOException e) {
      throw new LocalProblem(
          "the package " + zip + " cannot be unpacked to " + folder + ": " + e.getMessage());
    }
  }

  boolean isNative() {
    return Files.exists(folder.resolve(BOOTSTRAP));
  }

  /** The value of the template's parameter Runtime with which it is deployed. */
  String runtime() {
    return runtime(isNative());
  }

  /** The same, of a package that is not unpacked. */
  static String runtime(Path zip) throws IOException {
    try (var source = open(zip)) {
      return runtime(source.getEntry(BOOTSTRAP) != null);
    }
  }

  private static String runtime(boolean isNative) {
    return isNative ? "provided.al2023" : "java21";
  }

  private static ZipFile open(Path zip) throws IOException {
    if (!Files.isRegularFile(zip)) {
      throw new LocalProblem("there is no package " + zip
          + "; build it with mvn -Dlambda=http -DskipTests package, or name another one with"
          + " -Dlatchkey.sam.package=FILE");
    }
    return new ZipFile(zip.toFile());
  }

  /** What starts a process of this function, with the folder as its working directory. */
  List<String> command(SamFunction function) {
    return isNative()
        ? List.of(
            folder.resolve(BOOTSTRAP).toAbsolutePath().toString(),
            "-Djava.io.tmpdir=" + TemporaryFolder.IN_COMMAND)
        : JavaRuntime.command(function);
  }

  private static void unpack(ZipFile source, ZipEntry entry, Path folder) throws IOException {
    var target = folder.resolve(entry.getName()).normalize();
    if (!target.startsWith(folder)) {
      throw new IOException(entry.getName() + " leads out of it");
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    try (var content = source.getInputStream(entry)) {
      Files.copy(content, target);
    }
  }

  private static void clear(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var all = Files.walk(folder)) {
        for (var one : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(one);
        }
      }
    }
  }
}
