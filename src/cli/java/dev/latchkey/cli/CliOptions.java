package dev.latchkey.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A command line, read but not yet understood.
 *
 * @param words the function or verb, and what belongs to it, in their order
 */
record CliOptions(
    Optional<String> output,
    Optional<String> profile,
    Optional<String> server,
    Optional<String> user,
    List<String> columns,
    Optional<String> idempotencyKey,
    Duration timeout,
    int retries,
    Duration patience,
    boolean verbose,
    boolean help,
    boolean version,
    List<String> words) {

  /** The function or verb; empty for a command line without one. */
  Optional<String> first() {
    return words.stream().findFirst();
  }

  /** What comes after the function or verb. */
  List<String> rest() {
    return words.subList(Math.min(1, words.size()), words.size());
  }

  /** The same without the first word. */
  CliOptions withoutFirst() {
    return new CliOptions(
        output,
        profile,
        server,
        user,
        columns,
        idempotencyKey,
        timeout,
        retries,
        patience,
        verbose,
        help,
        version,
        rest());
  }

  CliOptions withIdempotencyKey(String key) {
    return new CliOptions(
        output,
        profile,
        server,
        user,
        columns,
        Optional.of(key),
        timeout,
        retries,
        patience,
        verbose,
        help,
        version,
        words);
  }
}
