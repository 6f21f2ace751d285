package dev.latchkey.fleet;

import static java.util.stream.Collectors.joining;

import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.server.AuthorizedKey;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Observation.Login;
import dev.latchkey.server.Observation.Standing;
import dev.latchkey.server.Observation.Standing.Admits;
import dev.latchkey.server.Observation.Standing.State;
import dev.latchkey.server.ServerState;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Who may log in to a server: in sentences, and by which of root's keys. */
final class LoginData {
  /** What {@link #key} shows. */
  static final List<Field> KEY = List.of(
      Field.text("fingerprint", "The SHA-256 fingerprint of the key."),
      Field.text(
              "file",
              "The file of root's that has it; left out if no file has, or if that was not told.")
          .optional(),
      Field.number("line", "Its line there; left out with file.").optional(),
      Field.text("options", "The options of that line; left out if it has none.")
          .optional(),
      Field.texts(
              "from",
              "The addresses that the line lets in, as sshd's from= has them; left out for all.")
          .optional(),
      Field.time("expires_at", "When the key ends by itself; left out for never.")
          .optional(),
      Field.text(
          "would_admit",
          "Whether sshd would let root in by it: “yes”, from somewhere at least; “no”; “unknown”."),
      Field.texts("because", "What stands in the way, or from where it does; empty for nothing."),
      Field.time(
              "authorized_at",
              "When authorizesshkey authorized it; left out if somebody else put it there.")
          .optional(),
      Field.text(
              "authorized_by",
              "The user who did that, or “another user” for somebody before the server became its owner's; left out likewise.")
          .optional());

  private final ServerState state;
  private final Optional<Observation> stated;
  private final List<AuthorizedKey> known;

  LoginData(ServerState state, Optional<Observation> stated, List<AuthorizedKey> known) {
    this.state = state;
    this.stated = stated;
    this.known = known;
  }

  private List<Login> logins() {
    return stated
        .flatMap(Observation::action)
        .map(action -> action.logins().items())
        .orElseGet(List::of);
  }

  /** Keys that authorizesshkey authorized and that no file has. */
  private List<AuthorizedKey> elsewhere() {
    var standing = logins().stream().map(Login::fingerprint).toList();
    return known.stream().filter(key -> !standing.contains(key.fingerprint())).toList();
  }

  Data keys() {
    return new Data.Sequence(
        Stream.concat(logins().stream().map(this::key), elsewhere().stream().map(this::key))
            .toList());
  }

  /** What keeps this answer from being all of it. */
  Stream<String> gaps() {
    var action = stated.flatMap(Observation::action);
    if (action.filter(Observation.Action::done).isEmpty()) {
      return Stream.of("root's keys were not listed: "
          + action.flatMap(Observation.Action::problem).orElse("the server does not say why"));
    }
    var more = action.get().logins().more();
    return Stream.concat(
        action.get().unread().items().stream()
            .map(file -> "not all of root's keys are listed: " + file),
        more > 0 ? Stream.of("root has " + more + " more keys than are listed") : Stream.of());
  }

  /** One sentence for each grant and each key. */
  Data summary() {
    return Data.texts(Stream.of(
            state.grants().stream().map(this::sentence),
            logins().stream().map(this::sentence),
            elsewhere().stream().map(this::sentence))
        .flatMap(all -> all)
        .toList());
  }

  private Data key(Login login) {
    var by = by(login);
    return Data.hash()
        .with("fingerprint", login.fingerprint())
        .with("file", login.file())
        .with("line", login.line())
        .with(
            "options",
            Optional.of(login.options()).filter(text -> !text.isEmpty()).map(Data::text))
        .with("from", Optional.of(login.from()).filter(all -> !all.isEmpty()).map(Data::texts))
        .with("expires_at", login.expiresAt().map(ServerData::time))
        .with("would_admit", word(login.admits()))
        .with("because", Data.texts(login.because()))
        .with("authorized_at", by.map(AuthorizedKey::at).map(ServerData::time))
        .with("authorized_by", by.map(AuthorizedKey::by).map(Data::text));
  }

  private Data key(AuthorizedKey key) {
    return Data.hash()
        .with("fingerprint", key.fingerprint())
        .with("expires_at", key.expiresAt().map(ServerData::time))
        .with("would_admit", word(isListedWhole() ? Admits.NO : Admits.UNKNOWN))
        .with("because", Data.texts(List.of(missing())))
        .with("authorized_at", ServerData.time(key.at()))
        .with("authorized_by", key.by());
  }

  private Optional<AuthorizedKey> by(Login login) {
    return known.stream()
        .filter(key -> key.fingerprint().equals(login.fingerprint()))
        .findFirst();
  }

  private boolean isListedWhole() {
    return gaps().findAny().isEmpty();
  }

  private String missing() {
    return isListedWhole()
        ? "no file of root's has it"
        : "it is not among the keys that were listed";
  }

  static String word(Admits admits) {
    return admits.name().toLowerCase(Locale.ROOT);
  }

  /** What is stated of an earlier order may be of another key of the same account. */
  Optional<Standing> standing(Grant grant) {
    return stated
        .filter(seen -> state.isStatedWith(grant, seen))
        .flatMap(seen -> seen.standing(grant));
  }

  private String sentence(Grant grant) {
    var who = "ticket " + grant.ticket() + " as " + grant.user() + " from "
        + String.join(", ", grant.from().cidrs()) + " by " + grant.key().fingerprint();
    if (grant.isHeld()) {
      return "Held: " + who + "; ticket_hold_end lets or ends it.";
    }
    if (grant.isEnding()) {
      return "Being taken away, and not proven gone: " + who + ".";
    }
    var standing = standing(grant);
    if (standing.filter(found -> found.state() == State.PRESENT).isEmpty()) {
      var why = standing.flatMap(Standing::problem).map(text -> ", " + text).orElse("");
      return "Not in place (" + standing.map(found -> found.state().name()).orElse("not told yet")
          + why + "): " + who + ".";
    }
    return verdict(
        standing.get().admits(), standing.get().because(), who + " until " + grant.expiresAt());
  }

  private String sentence(Login login) {
    var by = by(login).map(key -> ", authorized by " + key.by()).orElse("");
    return verdict(
        login.admits(),
        login.because(),
        "root from " + (login.from().isEmpty() ? "anywhere" : String.join(",", login.from()))
            + " by "
            + login.fingerprint() + " (" + login.file() + " line " + login.line() + by + ") "
            + login.expiresAt().map(end -> "until " + end).orElse("without an end"));
  }

  private String sentence(AuthorizedKey key) {
    return (isListedWhole() ? "Not in place: " : "Not known: ") + "root by " + key.fingerprint()
        + ", authorized by " + key.by() + ": " + missing() + ".";
  }

  private static String verdict(Admits admits, List<String> because, String who) {
    var why = because.stream().collect(joining("; "));
    return switch (admits) {
      case YES -> "May log in: " + who + (why.isEmpty() ? "." : ", but " + why + ".");
      case NO -> "Would be refused: " + who + ": " + why + ".";
      case UNKNOWN ->
        "Not known: " + who + ": " + (why.isEmpty() ? "the server does not say why" : why) + ".";
    };
  }
}
