package dev.latchkey.fleet;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.data.Data;
import dev.latchkey.server.FindingTable;
import dev.latchkey.server.FindingTable.Listed;
import dev.latchkey.server.FindingTable.Looked;
import dev.latchkey.server.FindingTable.Page;
import dev.latchkey.server.FindingTable.Which;
import dev.latchkey.server.KnownFinding;
import dev.latchkey.server.KnownFinding.Acknowledgement;
import dev.latchkey.server.Server;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerParameters;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How lists show findings, a page each call. */
@Singleton
class FindingData {
  static final Field NEXT = Field.text(
          "next",
          "What the next call gives as api.cursor to go on after the last of these; left out after the last of all.")
      .optional();

  private static final Field SERVER = Field.text("server", "The server that has it.");
  private static final Field USER = Field.text("user", "The account as which the key logs in.");
  private static final Field FIRST_SEEN =
      Field.time("first_seen", "When a look first found it as it is.");
  private static final Field LOOKED_AT = Field.time(
          "looked_at",
          "When the server was last looked at to the end; what has changed since is not known. null if no look has come to the end yet.")
      .orNull();
  private static final Field UNREAD = Field.texts(
          "unread",
          "What that look could not read, so that there may be more; left out if it read all.")
      .optional();

  /** Of {@code fleet_key_list}. */
  static final List<Field> KEY = List.of(
      Field.text("fingerprint", "The SHA-256 fingerprint of the key."),
      SERVER,
      USER,
      Field.text("file", "The file that has it, as the server stated it."),
      Field.number("line", "Its line in that file when the server was last looked at."),
      Field.text("type", "The type of the key; left out where sshd could not read it.")
          .optional(),
      Field.text("options", "The options of that line; left out if it has none.")
          .optional(),
      Field.text("comment", "Its comment; left out if it has none.").optional(),
      Field.text(
              "given_by",
              "Who gave it: “ticket 7”, or “authorizesshkey of root”, or “of another user” for somebody before the server became its owner's; null if nobody did through Latchkey.")
          .orNull(),
      FIRST_SEEN,
      Field.time(
              "last_login",
              "When somebody last logged in by it as that account, as far as the server's journal knows; left out where it does not.")
          .optional(),
      Field.text(
              "acknowledged",
              "Why it may be there, as fleet_drift_acknowledge was told; left out without that.")
          .optional(),
      LOOKED_AT,
      UNREAD);

  /** Of {@code fleet_drift}. */
  static final List<Field> DRIFT = List.of(
      Field.text(
          "what",
          "What it is, as fleet_drift_acknowledge takes it: “key SHA256:…”, “account bob”, “sudoers /etc/sudoers.d/bob”, or “vanished ticket 7 as root”."),
      SERVER,
      Field.text("user", "The account as which the key logs in; left out for what is not a key.")
          .optional(),
      Field.text("file", "The file that has the key; left out likewise.").optional(),
      Field.text(
              "details",
              "The options and comment of the key; uid, groups, shell, home of the account and whether it has a password; a digest of the file; or what became of what vanished. Left out if there is none.")
          .optional(),
      FIRST_SEEN,
      Field.time(
              "last_login",
              "When somebody last logged in by the key, as far as the server's journal knows; left out where it does not.")
          .optional(),
      LOOKED_AT,
      UNREAD);

  private final FindingTable findings;
  private final ServerChoice choice;

  @Inject
  FindingData(FindingTable findings, ServerChoice choice) {
    this.findings = findings;
    this.choice = choice;
  }

  /** A page of what the caller may see, of one server where {@code api.server} names it. */
  Uni<Answer> page(
      Call call,
      Which which,
      String name,
      Parameter<Optional<String>> cursor,
      Function<Listed, Data> shown) {
    var server = ServerParameters.SERVER
        .from(call)
        .map(named -> choice.named(call, named).map(state -> Optional.of(state.server())))
        .orElseGet(() -> Uni.createFrom().item(Optional.<Server>empty()));
    return server
        .map(of -> FindingTable.of(owner(call), of))
        .chain(prefix -> findings.page(
            which, prefix, cursor.from(call).map(text -> begins(cursor, prefix, text))))
        .map(page -> answer(page, name, shown));
  }

  private static String begins(Parameter<Optional<String>> cursor, String prefix, String text) {
    if (!text.startsWith(prefix)) {
      throw cursor.refused(
          "is not a cursor that you were given for these; use “next” from the previous answer.");
    }
    return text;
  }

  private static Optional<String> owner(Call call) {
    return call.caller().holds(Privilege.ALL)
        ? Optional.empty()
        : Optional.of(call.caller().user().name());
  }

  private static Answer answer(Page page, String name, Function<Listed, Data> shown) {
    return Answer.of(Data.hash()
        .with(name, new Data.Sequence(page.items().stream().map(shown).toList()))
        .with("next", page.next().map(Data::text)));
  }

  static Data key(Listed listed) {
    var known = listed.known();
    var found = known.finding();
    return looked(
        Data.hash()
            .with("fingerprint", found.name())
            .with("server", known.server().value())
            .with("user", found.user().orElse(""))
            .with("file", found.file().orElse(""))
            .with("line", found.line().orElse(0L))
            .with("type", found.type().map(Data::text))
            .with("options", found.options().map(Data::text))
            .with("comment", found.comment().map(Data::text))
            .with("given_by", Data.orNull(known.by().map(Data::text)))
            .with("first_seen", ServerData.time(known.firstSeen()))
            .with("last_login", found.lastLogin().map(ServerData::time))
            .with(
                "acknowledged",
                known.acknowledged().map(Acknowledgement::reason).map(Data::text)),
        listed);
  }

  static Data drift(Listed listed) {
    var known = listed.known();
    var found = known.finding();
    return looked(
        Data.hash()
            .with("what", what(known))
            .with("server", known.server().value())
            .with("user", found.user().map(Data::text))
            .with("file", found.file().map(Data::text))
            .with("details", details(known).map(Data::text))
            .with("first_seen", ServerData.time(known.firstSeen()))
            .with("last_login", found.lastLogin().map(ServerData::time)),
        listed);
  }

  /** As an operator names it. */
  static String what(KnownFinding known) {
    return known.finding().kind().word() + " " + known.finding().name();
  }

  private static Optional<String> details(KnownFinding known) {
    var found = known.finding();
    var told = String.join(
        " ",
        List.of(
            found.options().orElse(""), found.comment().orElse(""), found.what().orElse("")));
    return Optional.of(told.strip()).filter(text -> !text.isEmpty());
  }

  private static Data looked(Data.Hash row, Listed listed) {
    return row.with("looked_at", Data.orNull(listed.looked().map(Looked::at).map(ServerData::time)))
        .with(
            "unread",
            listed.looked().map(Looked::unread).filter(all -> !all.isEmpty()).map(Data::texts));
  }
}
