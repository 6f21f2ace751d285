package dev.latchkey.server;

import dev.latchkey.data.Json;
import dev.latchkey.server.StatedEnd.Gone;
import dev.latchkey.server.StatedEnd.Running;
import dev.latchkey.server.StatedEnd.Session;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads an entry of {@code ended}, and a receipt, which keeps one. */
public final class StatedEndReader {
  private StatedEndReader() {}

  static StatedEnd read(StatementFields from) {
    var questions = texts(from, "questions");
    var copies = list(from, "copies", StatedEndReader::line);
    var unattributed = list(from, "unattributed", StatedEndReader::session);
    return new StatedEnd(
        from.number("ticket").orElseThrow(() -> new IllegalArgumentException("ticket is missing")),
        from.text("user").orElseThrow(() -> new IllegalArgumentException("user is missing")),
        gone(
            from,
            questions.isEmpty()
                && copies.isEmpty()
                && unattributed.isEmpty()
                && account(from).map(StatedAccount::gone).orElse(true)),
        copies,
        from.sentence("problem"),
        questions,
        unattributed,
        list(from, "sessions_ended", StatedEndReader::session),
        list(from, "processes_ended", StatedEndReader::running),
        list(from, "left", StatedEndReader::running),
        texts(from, "put_aside"),
        from.tree().get("appeared").map(Appeared::lines).orElseGet(List::of),
        from.digest("inventory"),
        account(from),
        Math.max(0, from.number("more").orElse(0L)),
        new String(Json.write(from.tree()), StandardCharsets.UTF_8));
  }

  /** An entry that was kept. */
  public static StatedEnd read(String statement) {
    return read(new StatementFields(
        Json.read(statement, ObservationReader.MOST_CHARACTERS, ObservationReader.MOST_NESTED)));
  }

  private static Optional<StatedAccount> account(StatementFields from) {
    return from.has("account")
        ? Optional.of(StatedAccountReader.read(from.hash("account")))
        : Optional.empty();
  }

  /** Only what says so and leaves nothing open is gone. */
  static Gone gone(StatementFields from, boolean nothingOpen) {
    if (from.flag("gone")) {
      return nothingOpen ? Gone.YES : Gone.UNKNOWN;
    }
    return from.text("gone").isPresent() ? Gone.UNKNOWN : Gone.NO;
  }

  static StatedList<String> texts(StatementFields from, String name) {
    return StatedList.of(from.sentences(name), from.more(name));
  }

  static <T> StatedList<T> list(
      StatementFields from, String name, Function<StatementFields, T> read) {
    return StatedList.of(from.list(name).stream().map(read).toList(), from.more(name));
  }

  /** A line of a file of keys: where it stands, and which of a ticket's former keys it has. */
  static String line(StatementFields from) {
    return from.sentence("file").orElse("a file")
        + from.number("line").map(number -> ", line " + number).orElse("")
        + from.word("user").map(user -> ", of " + user).orElse("")
        + from.fingerprint("fingerprint")
            .map(key -> ", with the former key " + key)
            .orElse("");
  }

  static Session session(StatementFields from) {
    return new Session(
        from.word("id").orElse(""),
        from.number("pid"),
        from.word("user"),
        from.word("from"),
        from.time("since"),
        from.word("terminal"));
  }

  static Running running(StatementFields from) {
    return new Running(
        from.number("pid"),
        from.word("name").orElse("?"),
        from.word("user"),
        from.word("unit"),
        from.time("since"),
        from.sentence("why"));
  }
}
