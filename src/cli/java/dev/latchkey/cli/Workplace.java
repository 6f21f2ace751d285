package dev.latchkey.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the command runs.
 *
 * @param name as it was called: {@code latchkey} or {@code whmapi1}
 * @param terminal whether the output is read by a person
 * @param errorTerminal whether the error output is, so that a line may be written over
 * @param pause lets time pass
 */
record Workplace(
    String name,
    Map<String, String> environment,
    Path home,
    InputStream in,
    OutputStream out,
    OutputStream err,
    boolean terminal,
    boolean errorTerminal,
    Consumer<Duration> pause) {

  /** Whether it stands for cPanel's own command; so also under a misprint of a founding document, {@code whmapil}. */
  boolean isWhmapi1() {
    return name.startsWith("whmapi");
  }

  /** What an environment variable says; empty also where it is set to nothing. */
  Optional<String> variable(String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isEmpty());
  }
}
