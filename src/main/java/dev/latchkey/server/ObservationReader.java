package dev.latchkey.server;

import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.server.Observation.KeyFile;
import dev.latchkey.server.Observation.KeyLine;
import dev.latchkey.server.Observation.Login;
import dev.latchkey.server.Observation.Outcome;
import dev.latchkey.server.Observation.SshTest;
import dev.latchkey.server.Observation.Standing;
import dev.latchkey.server.Observation.Unmanaged;
import dev.latchkey.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Reads what the agent printed. Anything but one whole object of ours is nothing. */
public final class ObservationReader {
  /** SSM cuts at 24,000; the agent stays below 20,000. */
  static final int MOST_CHARACTERS = 24_000;

  static final int MOST_NESTED = 12;
  private static final long FORMAT = 1;

  /** An agent takes out no more; each is forgotten by a step of the transaction that records the statement. */
  private static final int MOST_GONE = 10;

  private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f.:]{2,45}");

  private ObservationReader() {}

  /** @return empty when it is cut off, not ours, or says what an agent would never say */
  public static Optional<Observation> read(String printed) {
    try {
      var text = printed.strip();
      var fields = new StatementFields(Json.read(text, MOST_CHARACTERS, MOST_NESTED));
      if (fields.number("latchkey").orElse(0L) != FORMAT) {
        return Optional.empty();
      }
      return Optional.of(observation(fields, statement(fields, text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What is kept: a list of keys that somebody asked for is not a state of the server. */
  private static String statement(StatementFields fields, String text) {
    return fields.has("action") ? json(fields.tree().without("action")) : text;
  }

  private static String json(Data.Hash tree) {
    return new String(Json.write(tree), StandardCharsets.UTF_8);
  }

  private static Observation observation(StatementFields from, String text) {
    return new Observation(
        value(Outcome.class, from, "outcome"),
        from.text("request").orElse(""),
        from.text("node").orElse(""),
        counted(from, "epoch"),
        counted(from, "generation"),
        from.text("hash"),
        from.time("at").orElse(Instant.EPOCH),
        from.text("problem"),
        from.hash("agent").word("version"),
        from.hash("agent").digest("sha256").or(() -> from.digest("sha256")),
        from.hash("ssh").text("version"),
        from.list("grants").stream().map(ObservationReader::standing).toList(),
        from.list("ended").stream().map(StatedEndReader::read).toList(),
        doors(from.hash("doors")),
        from.flag("audit_log"),
        from.list("unmanaged").stream().map(ObservationReader::unmanaged).toList(),
        from.has("action") ? Optional.of(action(from.hash("action"))) : Optional.empty(),
        from.flag("simulated"),
        from.has("sweep") ? Optional.of(sweep(from.hash("sweep"))) : Optional.empty(),
        from.list("faulty").stream().map(ObservationReader::faulty).toList(),
        from.list("revoked").stream()
            .limit(Revocations.MOST)
            .flatMap(entry -> StatedRevocationReader.read(entry).stream())
            .toList(),
        host(from.hash("host")),
        text);
  }

  /** 0 to 2^53-1: no agent says anything else, and nothing may be counted on from there. */
  private static long counted(StatementFields from, String name) {
    var number = from.number(name).orElse(0L);
    if (number < 0 || number > Server.MOST) {
      throw wrong(name).get();
    }
    return number;
  }

  private static Standing standing(StatementFields from) {
    return new Standing(
        from.number("ticket").orElseThrow(wrong("ticket")),
        from.text("user").orElseThrow(wrong("user")),
        value(Standing.State.class, from, "state"),
        admits(from),
        from.sentences("because"),
        from.text("problem"),
        from.sentence("file"),
        from.number("stands").filter(stands -> stands == 0).isPresent(),
        from.digest("inventory"));
  }

  /** Who does not say that he would is not taken at his word. */
  private static Standing.Admits admits(StatementFields from) {
    return from.text("would_admit")
        .flatMap(text -> Arrays.stream(Standing.Admits.values())
            .filter(value -> value.name().equalsIgnoreCase(text))
            .findFirst())
        .orElse(Standing.Admits.UNKNOWN);
  }

  private static StatedSweep sweep(StatementFields from) {
    return new StatedSweep(from.word("by"), from.time("last_at"), from.sentence("problem"));
  }

  /** Agents before this release say nothing of it. */
  private static StatedHost host(StatementFields from) {
    return new StatedHost(
        from.word("name"),
        from.word("ip").filter(text -> ADDRESS.matcher(text).matches()),
        from.word("arch"),
        from.word("distro"));
  }

  private static String faulty(StatementFields from) {
    return "entry " + (from.number("at").orElse(0L) + 1) + " of "
        + from.word("in").orElse("its lists") + " cannot be carried out: "
        + from.sentence("problem").orElse("it does not say why");
  }

  private static StatedDoors doors(StatementFields from) {
    return new StatedDoors(
        door(from, "chain"),
        door(from, "hosts_allow"),
        from.has("csf") ? Optional.of(door(from, "csf")) : Optional.empty(),
        door(from, "hulk"));
  }

  private static StatedDoor door(StatementFields doors, String name) {
    var door = doors.hash(name);
    return door.has("state")
        ? new StatedDoor(
            value(StatedDoor.State.class, door, "state"),
            door.text("by"),
            door.text("problem"),
            door.sentences("notes"))
        : StatedDoor.UNKNOWN;
  }

  private static Unmanaged unmanaged(StatementFields from) {
    return new Unmanaged(
        from.word("user").orElse(""),
        from.sentence("file").orElse(""),
        from.word("fingerprint").orElse(""),
        from.word("what").orElse(""));
  }

  private static Action action(StatementFields from) {
    return new Action(
        from.flag("done"),
        from.text("problem").map(Quoted::refusal),
        from.flag("authorized"),
        from.fingerprint("fingerprint"),
        from.sentence("stands_in"),
        from.time("expires_at"),
        admits(from),
        from.sentences("because"),
        from.list("standing").stream().map(ObservationReader::keyLine).toList(),
        from.list("keys").stream().map(ObservationReader::keyFile).toList(),
        StatedList.of(
            from.list("unread").stream()
                .map(file -> file.sentence("file").orElse("a file") + ": "
                    + file.sentence("why").orElse("it could not be read"))
                .toList(),
            from.number("more_unread").orElse(0L)),
        from.list("tests").stream().map(ObservationReader::sshTest).toList(),
        StatedList.of(
            from.list("logins").stream().map(ObservationReader::login).toList(),
            from.number("more_logins").orElse(0L)),
        from.text("next"),
        from.text("key"),
        from.sentences("gone").stream()
            .filter(StatementFields::isFingerprint)
            .limit(MOST_GONE)
            .toList(),
        from.sentences("notes"),
        from.text("received"),
        from.has("hulk") ? Optional.of(StatedHulkReader.read(from.hash("hulk"))) : Optional.empty(),
        from.has("entries") ? Optional.of(FindingsReader.read(from)) : Optional.empty());
  }

  private static Login login(StatementFields from) {
    return new Login(
        from.word("fingerprint").orElse(""),
        from.sentence("file").orElse("a file"),
        from.number("line").orElse(0L),
        from.sentence("options").orElse(""),
        from.sentences("from"),
        from.time("expires_at"),
        admits(from),
        from.sentences("because"));
  }

  private static SshTest sshTest(StatementFields from) {
    return new SshTest(
        from.word("user").orElse(""), from.word("result").orElse(""), from.sentences("because"));
  }

  private static KeyLine keyLine(StatementFields from) {
    return new KeyLine(
        from.sentence("file").orElse("a file"),
        from.number("line").orElse(0L),
        from.sentence("options").orElse(""));
  }

  private static KeyFile keyFile(StatementFields from) {
    return new KeyFile(
        from.sentence("file").orElseThrow(wrong("file")),
        from.number("line"),
        from.word("format"),
        from.flag("private"),
        from.statedFlag("authorized"),
        from.sentence("comment").filter(comment -> !comment.isEmpty()),
        from.number("ctime").orElse(0L),
        from.number("mtime").orElse(0L),
        from.text("text"));
  }

  private static <E extends Enum<E>> E value(Class<E> type, StatementFields from, String name) {
    var text = from.text(name).orElseThrow(wrong(name));
    return Arrays.stream(type.getEnumConstants())
        .filter(value -> value.name().equals(text))
        .findFirst()
        .orElseThrow(wrong(name));
  }

  private static Supplier<IllegalArgumentException> wrong(String name) {
    return () -> new IllegalArgumentException(name + " is missing or unknown");
  }
}
