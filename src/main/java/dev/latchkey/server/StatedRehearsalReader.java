package dev.latchkey.server;

import dev.latchkey.data.Json;
import dev.latchkey.server.StatedRehearsal.Change;
import dev.latchkey.text.Quoted;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the {@code rehearsal} of a statement, as {@code infra/agent/README.md} has it. */
public final class StatedRehearsalReader {
  private static final int MOST = 100;

  private StatedRehearsalReader() {}

  /** Empty where the server says nothing of it. */
  public static Optional<StatedRehearsal> read(Observation stated) {
    var fields = new StatementFields(Json.read(
        stated.statement(), ObservationReader.MOST_CHARACTERS, ObservationReader.MOST_NESTED));
    return fields.has("rehearsal") ? Optional.of(read(fields.hash("rehearsal"))) : Optional.empty();
  }

  private static StatedRehearsal read(StatementFields from) {
    var all = from.list("would");
    var left = from.number("more").orElse(0L) + Math.max(0, all.size() - MOST);
    return new StatedRehearsal(
        all.stream().limit(MOST).map(StatedRehearsalReader::change).toList(),
        Stream.concat(
                from.sentences("unknown").stream().limit(MOST),
                left > 0 ? Stream.of("there are " + left + " more changes") : Stream.of())
            .toList(),
        from.text("refused").map(Quoted::refusal));
  }

  private static Change change(StatementFields from) {
    return new Change(
        from.word("what").orElse("unknown"),
        from.word("user"),
        from.sentence("file"),
        from.word("door"),
        from.sentence("change").orElse("It does not say what."));
  }
}
