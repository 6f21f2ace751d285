package dev.latchkey.server;

import dev.latchkey.data.Json;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads an entry of {@code revoked}, and a receipt, which keeps one. */
public final class StatedRevocationReader {
  private StatedRevocationReader() {}

  /** @return empty where it names no key */
  static Optional<StatedRevocation> read(StatementFields from) {
    return from.fingerprint("fingerprint").map(fingerprint -> read(fingerprint, from));
  }

  private static StatedRevocation read(String fingerprint, StatementFields from) {
    var questions = StatedEndReader.texts(from, "questions");
    var copies = StatedEndReader.list(from, "copies", StatedEndReader::line);
    var unattributed = StatedEndReader.list(from, "unattributed", StatedEndReader::session);
    return new StatedRevocation(
        fingerprint,
        StatedEndReader.gone(
            from, questions.isEmpty() && copies.isEmpty() && unattributed.isEmpty()),
        from.flag("krl"),
        from.flag("kept"),
        from.sentence("problem"),
        StatedEndReader.list(from, "lines", StatedEndReader::line),
        StatedEndReader.list(from, "sessions_ended", StatedEndReader::session),
        StatedEndReader.list(from, "processes_ended", StatedEndReader::running),
        StatedEndReader.list(from, "left", StatedEndReader::running),
        copies,
        unattributed,
        questions,
        new String(Json.write(from.tree()), StandardCharsets.UTF_8));
  }

  /** An entry that was kept. */
  public static StatedRevocation read(String statement) {
    return read(new StatementFields(
            Json.read(statement, ObservationReader.MOST_CHARACTERS, ObservationReader.MOST_NESTED)))
        .orElseThrow(() -> new IllegalStateException("a receipt names no key"));
  }
}
