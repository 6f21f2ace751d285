package dev.latchkey.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What {@code mvn quarkus:run} does not hand on to the process that it starts: the {@code -D} settings of its command line,
 * and its own end. Without the second, a build that is ended by a signal would leave the server running, with its ports.
 */
final class MavenRun {
  private static final Pattern SIGNAL_HANDLER = Pattern.compile("SIG(TERM|INT|HUP) handler");
  private static final long LOOK_EVERY_MS = 200;
  private static final Pattern SETTING =
      Pattern.compile("-D((?:latchkey|quarkus)\\.[^=\\s]+)=(\\S*)");

  private MavenRun() {}

  /** Does nothing in a process that quarkus:run did not start. */
  static void join() {
    // The mvn script exports it; words with blanks in them cannot be told apart in it, and are not
    // taken.
    Optional.ofNullable(System.getenv("MAVEN_CMD_LINE_ARGS"))
        .filter(line -> line.contains("quarkus:run"))
        .ifPresent(line -> {
          adopt(line);
          endWithParent();
        });
  }

  /** A setting that this process has of its own holds. */
  static void adopt(String commandLine) {
    SETTING.matcher(commandLine).results().forEach(setting -> {
      if (System.getProperty(setting.group(1)) == null) {
        System.setProperty(setting.group(1), setting.group(2));
      }
    });
  }

  private static void endWithParent() {
    ProcessHandle.current().parent().ifPresent(maven -> {
      var watch = new Thread(() -> exitAfter(maven), "latchkey-maven");
      watch.setDaemon(true);
      watch.start();
    });
  }

  private static void exitAfter(ProcessHandle maven) {
    try {
      while (maven.isAlive() && !isEnding(maven)) {
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      }
      System.exit(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A build that got a signal does not end before this process has ended, and does not tell it to. What can be seen of it,
   * on Linux, is the thread in which its JVM handles the signal. Elsewhere Ctrl-C, which both get, is the way to stop.
   */
  private static boolean isEnding(ProcessHandle maven) {
    try (var threads = Files.newDirectoryStream(Path.of("/proc/" + maven.pid() + "/task"))) {
      for (var thread : threads) {
        if (SIGNAL_HANDLER
            .matcher(Files.readString(thread.resolve("comm")).strip())
            .matches()) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
