package dev.latchkey.server;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a server states of its own sweep, which ends access on time when nobody can reach the server.
 *
 * @param by what runs it: {@code systemd} or {@code cron}; empty where nothing does
 * @param lastAt when it last ran, by the server's own clock
 * @param problem what stands in its way, in the server's words
 */
public record StatedSweep(Optional<String> by, Optional<Instant> lastAt, Optional<String> problem) {
  /** It is to run each minute. */
  private static final Duration OLDEST = Duration.ofMinutes(5);

  /** @param at the server's clock when it stated this */
  Optional<String> problemAt(Instant at) {
    if (problem.isPresent()) {
      return problem.map(text -> "the sweep: " + text);
    }
    return lastAt
        .filter(last -> Duration.between(last, at).compareTo(OLDEST) > 0)
        .map(last -> "the sweep last ran at " + last + ", and is to run each minute");
  }
}
