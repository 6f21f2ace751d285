package dev.latchkey.cli;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The start: under which name, in which surroundings. */
public final class CliMain {
  /** Says the name where a launcher has started Java. */
  private static final String NAME = "latchkey.cli.name";

  private CliMain() {}

  public static void main(String[] words) {
    var place = new Workplace(
        name(),
        System.getenv(),
        Path.of(Optional.ofNullable(System.getenv("HOME"))
            .orElseGet(() -> System.getProperty("user.home"))),
        // A pipe has no place to seek, which a file's own way of reading much asks for.
        new BufferedInputStream(new FileInputStream(FileDescriptor.in)),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        isTerminal(1),
        isTerminal(2),
        pause -> LockSupport.parkNanos(pause.toNanos()));
    var code = new LatchkeyCommand(place).run(List.of(words));
    Runtime.getRuntime().halt(code);
  }

  private static String name() {
    return Optional.ofNullable(System.getProperty(NAME)).orElseGet(CliMain::calledAs);
  }

  /** The word by which an executable was called: that of a link, where it is one. */
  private static String calledAs() {
    try {
      var line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
      var end = line.indexOf('\0');
      var word = end < 0 ? line : line.substring(0, end);
      var name = word.substring(word.lastIndexOf('/') + 1);
      return name.equals("java") ? "latchkey" : name;
    } catch (IOException e) {
      return "latchkey";
    }
  }

  /** By the name of what is behind the descriptor. */
  private static boolean isTerminal(int descriptor) {
    try {
      var behind =
          Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return behind.startsWith("/dev/pts/")
          || behind.startsWith("/dev/tty")
          || behind.equals("/dev/console");
    } catch (IOException e) {
      return System.console() != null;
    }
  }
}
