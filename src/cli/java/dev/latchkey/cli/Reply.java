package dev.latchkey.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What a server answered. @param fields by their names in small letters; of several the first */
record Reply(int status, Map<String, String> fields, byte[] body) {
  Optional<String> field(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  Optional<String> requestId() {
    return field("x-request-id").map(Visible::line);
  }

  /** Seconds, or a date (RFC 9110 section 10.2.3). */
  Optional<Duration> retryAfter() {
    return field("retry-after").flatMap(written -> {
      if (written.matches("[0-9]{1,9}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(written)));
      }
      return HttpDate.seconds(written)
          .map(at -> Duration.ofSeconds(Math.max(0, at - System.currentTimeMillis() / 1000)));
    });
  }
}
