package dev.latchkey.fleet;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.delivery.WaitsFor;
import dev.latchkey.server.Revocation;
import dev.latchkey.server.RevocationReceipt;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.StatedEnd.Running;
import dev.latchkey.server.StatedEnd.Session;
import dev.latchkey.server.StatedList;
import dev.latchkey.server.StatedRevocation;
import dev.latchkey.server.StatedRevocationReader;
import dev.latchkey.ssh.Fingerprint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** How a revoked key is shown: what is wanted of a server, and what it stated. */
final class RevocationData {
  static final Parameter<String> FINGERPRINT = Parameter.required(
      "fingerprint",
      ParameterType.text(Fingerprint::parse),
      "The key's SHA-256 fingerprint, SHA256:…, as “ssh-keygen -lf FILE.pub” shows it.");

  static final List<Field> REVOKED = List.of(
      Field.text("fingerprint", "The key's SHA-256 fingerprint."),
      Field.time("revoked_at", "Since when it is revoked on the server."),
      Field.text(
          "revoked_by",
          "The user whose call that was; “the server” if a table that was restored did not know of it and the server did."),
      Field.text("reason", "The reason that the call gave; left out if it gave none.")
          .optional());

  /** The same of a key that is not revoked any more: a repeat of the call that allowed it does not know. */
  static final List<Field> WAS_REVOKED = REVOKED.stream()
      .map(field -> field.name().equals("fingerprint") ? field : field.optional())
      .toList();

  /** Of what a server stated of the key. */
  private static final int MOST_LINES = StatedList.MOST + 1;

  static final List<Field> STATED = List.of(
      Field.flag(
          "proven",
          "1: the server has stated that the key is in no file that sshd reads, and that no login by it lives."),
      Field.time(
              "stated_at",
              "When the server stated it, by its own clock: of a key that is proven gone, the receipt's time; left out if it stated nothing yet.")
          .optional(),
      Field.flag(
              "krl",
              "1 if sshd refuses the key by our KRL, 0 if the sweep alone keeps it out; left out with stated_at.")
          .optional(),
      lines("lines", "The lines of the key that were taken out."),
      lines("sessions_ended", "The sessions by the key that were ended, one in a line."),
      lines("processes_ended", "Their processes that were ended, one in a line."),
      lines("left", "Processes that were started by its logins and run on, and why."),
      lines("copies", "Lines of the key that still stand."),
      lines(
          "unattributed",
          "Live sessions that may be the key's, as no key explains them; the proof comes when they have ended."),
      lines(
          "questions",
          "What the server could not answer, so that it is not known whether the key is gone."),
      Field.flag(
              "simulated",
              "1 if the server is a folder, where no process was looked at; left out if it is not.")
          .optional(),
      Field.texts(
              "non_fatals",
              "Remarks: grants that were ended with it, and what the server states beside; left out if there are none.")
          .atMost(Remarks.MOST)
          .optional(),
      WaitsFor.FIELD);

  private RevocationData() {}

  private static Field lines(String name, String sentence) {
    return Field.texts(name, withoutPeriod(sentence) + "; left out if there are none.")
        .atMost(MOST_LINES)
        .optional();
  }

  private static String withoutPeriod(String sentence) {
    return sentence.substring(0, sentence.length() - 1);
  }

  static Data.Hash of(Revocation revoked) {
    return revoked(revoked.fingerprint(), revoked.at(), revoked.by(), revoked.reason());
  }

  private static Data.Hash revoked(
      String fingerprint, Instant at, String by, Optional<String> reason) {
    return Data.hash()
        .with("fingerprint", fingerprint)
        .with("revoked_at", ServerData.time(at))
        .with("revoked_by", by)
        .with("reason", reason.map(Data::text));
  }

  /** What was proven before; {@code now} says since when it is revoked. */
  static Data.Hash of(Revocation now, Optional<RevocationReceipt> receipt) {
    return receipt
        .map(kept -> of(now)
            .with("proven", Data.flag(true))
            .with(stated(
                StatedRevocationReader.read(kept.statement()), kept.statedAt(), kept.simulated())))
        .orElseGet(() -> of(now)
            .with("proven", Data.flag(true))
            .with("stated_at", now.provenAt().map(ServerData::time)));
  }

  /** What the server made of the order, and the grants that it ended. */
  static Answer answer(Revocation wanted, Delivered delivered, Stream<String> ended) {
    var name = delivered.state().server().name();
    var statement = delivered.outcome().statement();
    var told = statement.flatMap(stated -> stated.revoked(wanted.fingerprint()));
    var isProven = delivered
        .state()
        .revocations()
        .find(wanted.fingerprint())
        .filter(Revocation::isProven)
        .isPresent();
    var remarks = Stream.concat(ended, Remarks.of(name, statement).stream()).toList();
    var data = of(wanted)
        .with("proven", Data.flag(isProven))
        .with(told.map(entry -> stated(
                entry, statement.orElseThrow().at(), statement.orElseThrow().simulated()))
            .orElseGet(Data::hash))
        .with(
            "non_fatals",
            Optional.of(remarks)
                .filter(all -> !all.isEmpty())
                .map(all -> Remarks.data(all.stream())));
    return isProven
        ? Answer.of(data)
        : Answer.failed(
            whyNotProven(name, told, delivered),
            data.with(
                WaitsFor.FIELD.name(),
                WaitsFor.of(delivered.outcome(), told.map(StatedRevocation::endsByItself))));
  }

  private static String whyNotProven(
      ServerName name, Optional<StatedRevocation> told, Delivered delivered) {
    var why = told.map(StatedRevocation::obstacles)
        .filter(all -> !all.isEmpty())
        .map(all -> name + " states: "
            + String.join(
                "; ",
                Stream.concat(all.stream(), Remarks.problems(delivered.outcome().statement()))
                    .distinct()
                    .toList()))
        .orElseGet(() -> Explanation.of(name, delivered.outcome()));
    return "revoking: " + why + "; the order stands and is repeated.";
  }

  private static Data.Hash stated(StatedRevocation told, Instant at, boolean simulated) {
    return Data.hash()
        .with("stated_at", ServerData.time(at))
        .with("krl", Data.flag(told.krl()))
        .with("lines", texts(told.lines(), Function.identity()))
        .with("sessions_ended", texts(told.sessionsEnded(), Session::line))
        .with("processes_ended", texts(told.processesEnded(), Running::line))
        .with("left", texts(told.left(), Running::line))
        .with("copies", texts(told.copies(), Function.identity()))
        .with("unattributed", texts(told.unattributed(), Session::line))
        .with("questions", texts(told.questions(), Function.identity()))
        .with("simulated", Optional.of(simulated).filter(yes -> yes).map(Data::flag));
  }

  private static <T> Optional<Data> texts(StatedList<T> list, Function<T, String> line) {
    return list.isEmpty() ? Optional.empty() : Optional.of(Data.texts(list.lines(line)));
  }

  /** What everybody who is to be let in again is to know of it. */
  static Answer allowed(Call call, Data.Hash before, Delivered delivered) {
    var name = delivered.state().server().name();
    var statement = delivered.outcome().statement();
    var remarks = Stream.concat(
            delivered.state().server().isConfirmed()
                ? Stream.of()
                : Stream.of(Explanation.of(name, delivered.outcome())
                    + "; it keeps the key out until it has taken the order, which is repeated"),
            Remarks.of(name, statement).stream())
        .toList();
    return Answer.of(before
        .with("allowed_at", ServerData.time(call.begun()))
        .with("confirmed", Data.flag(delivered.state().server().isConfirmed()))
        .with(
            "non_fatals",
            Optional.of(remarks)
                .filter(all -> !all.isEmpty())
                .map(all -> Remarks.data(all.stream()))));
  }
}
