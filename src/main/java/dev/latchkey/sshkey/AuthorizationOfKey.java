package dev.latchkey.sshkey;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.change.Changed;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Admission;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.delivery.Verbs.Verb;
import dev.latchkey.server.AuthorizedKey;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.server.Observation.Standing.Admits;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.ssh.KeyFileName;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The verb of authorizesshkey on a server: a line of root's authorized keys, and the record of it. */
final class AuthorizationOfKey implements Verb {
  private final Call call;
  private final Asked asked;
  private final Data.Hash action;
  private final Instant notAfter;
  private final AuthorizedKeyTable keys;

  /** Servers on which others took the room meanwhile: what they stated is recorded all the same. */
  private final Set<ServerName> full = ConcurrentHashMap.newKeySet();

  /**
   * What the call asks for.
   *
   * @param authorize or take out
   * @param text the key itself; empty where a file is named
   * @param end when the key ends, where the call says it
   * @param localEnd when it ends by the clock of the server, which alone knows the moment
   * @param sentence of the audit, by the names of servers
   */
  record Asked(
      boolean authorize,
      Optional<PublicKey> text,
      Optional<KeyFileName> file,
      Optional<Instant> end,
      Optional<String> localEnd,
      UnaryOperator<String> sentence) {}

  AuthorizationOfKey(
      Call call, Asked asked, Data.Hash action, Instant notAfter, AuthorizedKeyTable keys) {
    this.call = call;
    this.asked = asked;
    this.action = action;
    this.notAfter = notAfter;
    this.keys = keys;
  }

  @Override
  public Data.Hash action(ServerState on) {
    return action;
  }

  @Override
  public String sentence(String on) {
    return asked.sentence().apply(on);
  }

  @Override
  public Uni<ServerState> committing(ServerState before, Supplier<Uni<ServerState>> commit) {
    return asked.authorize() ? keys.withRoom(before.server(), call.at(), commit) : commit.get();
  }

  @Override
  public void order(Transaction in, ServerState before) {
    if (asked.authorize()) {
      asked
          .text()
          .ifPresent(key ->
              ServerParameters.refuseRevoked(before, key.fingerprint(), Authorizesshkey.TEXT));
      keys.checkRoom(in, before.server().name(), asked.text().map(PublicKey::fingerprint));
    }
  }

  /** The key that was asked for, and no other that the server may name. */
  @Override
  public void record(Transaction in, ServerState on, Observation stated) {
    stated.action().filter(Action::done).filter(this::isAsked).ifPresent(done -> {
      var name = on.server().name();
      var fingerprint = done.fingerprint().orElseThrow();
      if (!asked.authorize()) {
        keys.forget(in, name, List.of(fingerprint));
      } else if (!full.contains(name)) {
        var by = call.caller().user().name();
        var key = new AuthorizedKey(name, fingerprint, call.begun(), end(done), by);
        keys.remember(in, on.server(), key, () -> {
          full.add(name);
          return new Changed();
        });
      }
    });
  }

  /** What the call says is not the server's to change. */
  private Optional<Instant> end(Action done) {
    return asked.end().or(() -> asked.localEnd().flatMap(local -> done.expiresAt()));
  }

  private boolean isAsked(Action done) {
    return done.fingerprint()
        .filter(stated ->
            asked.text().map(PublicKey::fingerprint).map(stated::equals).orElse(true))
        .isPresent();
  }

  @Override
  public Answer answer(Delivered delivered) {
    var done = KeyOrder.done(delivered, notAfter);
    var name = delivered.state().server().name();
    if (!isAsked(done)) {
      throw WhmFailure.refused(name + " states another key than the one that was asked for: "
          + done.fingerprint().orElse("none") + "; look there.");
    }
    var remarks = Stream.of(
            full.contains(name) ? Stream.of(withoutRecord(name)) : Stream.<String>of(),
            ofTheLine(name, done),
            Remarks.of(name, delivered.outcome().statement()).stream())
        .flatMap(all -> all)
        .toList();
    return Answer.of(Data.hash()
        .with(
            "file",
            asked.text().isPresent()
                ? Data.NULL
                : Data.orNull(asked.file().map(file -> Data.text(file.value()))))
        .with("authorized", Data.flag(done.authorized() && done.admits() == Admits.YES))
        .with(
            "expires_at",
            end(done)
                .filter(end -> done.authorized())
                .map(end -> Data.number(end.getEpochSecond())))
        .with(
            "non_fatals",
            Optional.of(remarks)
                .filter(all -> !all.isEmpty())
                .map(all -> Remarks.data(all.stream()))));
  }

  private static String withoutRecord(ServerName name) {
    return "the key has no record, as " + name + " has records of " + AuthorizedKeyTable.MOST
        + " keys, which are the most";
  }

  /** Whoever reads 0 must not believe that nothing stands there. */
  private Stream<String> ofTheLine(ServerName name, Action done) {
    if (!done.authorized()) {
      return done.notes().stream().map(text -> name + " states: " + text);
    }
    var where = done.standsIn().orElse("root's authorized keys");
    return Stream.of(
            done.admits() == Admits.YES
                ? Stream.<String>of()
                : Stream.of("the line stands in " + where + " of " + name
                    + ", and no login by it is sure to go through; authorize=0 takes it out"),
            asked
                .localEnd()
                .filter(local -> done.expiresAt().isEmpty())
                .map(local -> "the line ends at " + local + ", by the clock of " + name
                    + ", which does not state the moment")
                .stream(),
            Admission.remarks(name, done.admits(), done.because()))
        .flatMap(all -> all);
  }
}
