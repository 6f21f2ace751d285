package dev.latchkey.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process whose namespaces are a machine. It ends with its standard input, which is this JVM's: whatever
 * becomes of the JVM, the kernel then takes away the processes, mounts, links and firewall rules inside.
 */
final class NamespaceHolder implements AutoCloseable {
  private static final int PATIENCE = 30;
  private static final Set<String> KINDS = Set.of("--net", "--mount", "--pid");

  private final Process process;
  private final long pid;
  private final List<String> runner;

  /**
   * @param namespaces the options of {@code unshare}
   * @param script makes the machine; it is over when the machine is
   */
  NamespaceHolder(List<String> namespaces, String script) throws IOException {
    var words = new ArrayList<>(List.of("unshare"));
    words.addAll(namespaces);
    words.addAll(List.of("bash", "-c", "set -eu\n" + script + "\necho made\nread -r _ || true"));
    process = inside(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      var said = CompletableFuture.supplyAsync(this::said).get(PATIENCE, TimeUnit.SECONDS);
      if (!said.equals("made")) {
        throw new IOException("the namespaces could not be made: " + said);
      }
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw new IOException("the namespaces could not be made", e);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException e) {
      close();
      throw e;
    }
    // With a namespace of processes it is unshare's child that is the machine's first process.
    pid = namespaces.contains("--pid")
        ? process.children().findFirst().orElseThrow().pid()
        : process.pid();
    var entering = new ArrayList<>(List.of("nsenter", "--target", Long.toString(pid)));
    entering.addAll(namespaces.stream().filter(KINDS::contains).toList());
    entering.add("--");
    runner = List.copyOf(entering);
  }

  /** The first process of the machine, as this JVM knows it. */
  long pid() {
    return pid;
  }

  /** The words that run what follows them inside. */
  List<String> runner() {
    return runner;
  }

  /** What a program inside printed; it must end well. */
  String run(String input, String... program) throws IOException {
    var done = attempt(input, program);
    if (done.exitCode() != 0) {
      throw new IOException(
          String.join(" ", program) + " ended with " + done.exitCode() + ": " + done.said());
    }
    return done.said();
  }

  /** What a program inside printed, errors too, and how it ended. */
  Ended attempt(String input, String... program) throws IOException {
    var words = new ArrayList<>(runner());
    words.addAll(List.of(program));
    var running = inside(words).redirectErrorStream(true).start();
    try {
      try (var stdin = running.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      var said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(running.waitFor(), said);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      running.destroyForcibly();
    }
  }

  /** The exit code of a program, and what it printed. */
  record Ended(int exitCode, String said) {}

  @Override
  public void close() {
    process.children().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(PATIENCE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** In a folder that is there, and with programs that are there, whatever those of this JVM are. */
  private static ProcessBuilder inside(List<String> words) {
    var builder = new ProcessBuilder(words).directory(new File("/"));
    builder.environment().put("PATH", NamespaceServer.PATH);
    return builder;
  }

  private String said() {
    try {
      var line = new StringBuilder();
      for (int one = process.getInputStream().read(); one >= 0 && one != '\n'; ) {
        line.append((char) one);
        one = process.getInputStream().read();
      }
      return line.toString();
    } catch (IOException e) {
      return e.getMessage();
    }
  }
}
