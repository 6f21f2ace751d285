package dev.latchkey.wire;

import dev.latchkey.data.Format;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a call goes: {@code /json-api/FUNCTION} or {@code /xml-api/FUNCTION}, after a session's {@code /cpsess…} or not
 * (a valid header needs no session, but clients send the prefix all the same).
 */
record Route(Format format, String function) {
  private static final Pattern PATH = Pattern.compile("(?:/cpsess[0-9]*)?/([a-z]+-api)/([^/]+)");

  /** @param path as it stands in the request line, without the query */
  static Optional<Route> of(String path) {
    var parts = PATH.matcher(path);
    return parts.matches()
        ? Format.ofSegment(parts.group(1)).map(format -> new Route(format, parts.group(2)))
        : Optional.empty();
  }
}
