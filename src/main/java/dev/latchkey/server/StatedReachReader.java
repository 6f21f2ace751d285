package dev.latchkey.server;

import dev.latchkey.data.Json;
import dev.latchkey.ssh.PublicKey;
import java.util.Objects;
import java.util.regex.Pattern;

/** Reads of a statement how one comes to the server; what is not of the wanted form is not there. */
public final class StatedReachReader {
  private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]{1,44}");
  private static final long LAST_PORT = 65_535;

  private StatedReachReader() {}

  public static StatedReach of(Server server) {
    return server.seen().map(seen -> in(seen.statement())).orElse(StatedReach.UNKNOWN);
  }

  /** Agents of earlier releases state nothing of it. */
  static StatedReach in(String statement) {
    try {
      var said = new StatementFields(
          Json.read(statement, ObservationReader.MOST_CHARACTERS, ObservationReader.MOST_NESTED));
      var reached = said.hash("reached");
      return new StatedReach(
          reached.text("address").filter(text -> ADDRESS.matcher(text).matches()),
          reached.numbers("ports").stream()
              .filter(port -> port > 0 && port <= LAST_PORT)
              .limit(StatedReach.MOST)
              .toList(),
          reached.texts("host_keys").stream()
              .map(StatedReachReader::key)
              .filter(Objects::nonNull)
              .limit(StatedReach.MOST)
              .toList());
    } catch (IllegalArgumentException e) {
      return StatedReach.UNKNOWN;
    }
  }

  private static PublicKey key(String text) {
    try {
      return PublicKey.parse(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
