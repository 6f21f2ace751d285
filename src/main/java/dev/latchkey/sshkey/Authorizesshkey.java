package dev.latchkey.sshkey;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Admission;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Order;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.AuthorizedKey;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.server.Observation.Standing.Admits;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.ssh.KeyFileName;
import dev.latchkey.ssh.KeyOptions;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** WHM API 1, authorizesshkey: adds a key to root's authorized keys of one server, or takes it out. */
@Singleton
@Path(Authorizesshkey.NAME)
public final class Authorizesshkey extends WhmFunction {
  static final String NAME = "authorizesshkey";

  private static final Parameter<Boolean> AUTHORIZE = Parameter.required(
      "authorize", ParameterType.FLAG, "1 to authorize the key, 0 to take it out.");

  private static final Parameter<Optional<KeyFileName>> FILE = Parameter.optional(
      "file",
      ParameterType.text(KeyFileName::parse),
      "A public key file in root's .ssh, such as id_ed25519.pub; not read where “text” is given.");

  private static final Parameter<Optional<PublicKey>> TEXT = Parameter.optional(
      "text", ServerParameters.PUBLIC_KEY, "The public key itself, as its .pub file has it.");

  private static final Parameter<Optional<KeyOptions>> OPTIONS = Parameter.optional(
      "options",
      ParameterType.text(KeyOptions::parse),
      "Options of authorized_keys, separated by commas: " + KeyOptions.ALLOWED + ".");

  private static final Parameter<Optional<Long>> TTL = Parameter.optional(
      "api.ttl",
      ParameterType.integer(ServerParameters.LEAST_TTL, ServerParameters.MOST_TTL),
      "How many seconds the key is authorized (an extension), from " + ServerParameters.LEAST_TTL
          + " to " + ServerParameters.MOST_TTL + "; without an end by default.");

  private static final Parameter<Boolean> REPLACE = Parameter.defaulting(
      "api.replace",
      ParameterType.FLAG,
      false,
      "1 to replace lines of the key that stand there already (an extension); by default a line with other options is refused and shown.");

  private final ServerChoice choice;
  private final ServerTable servers;
  private final Change change;
  private final Convergence convergence;
  private final AuthorizedKeyTable keys;
  private final Clock clock;

  @Inject
  Authorizesshkey(
      ServerChoice choice,
      ServerTable servers,
      Change change,
      Convergence convergence,
      AuthorizedKeyTable keys,
      Clock clock) {
    super(Declaration.of(NAME, "Authorizes a key to log in to a server as root, or no longer.")
        .numbered(8)
        .requires(Privilege.SSH_KEYS)
        .changes()
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            AUTHORIZE,
            FILE,
            TEXT,
            OPTIONS,
            TTL,
            REPLACE,
            ServerParameters.SERVER,
            ServerParameters.WAIT)
        .answers(
            Field.text("file", "The key file, as it was named; null if “text” was given.")
                .orNull(),
            Field.flag(
                "authorized",
                "1 if the line of the key stands and the server has stated that root could log in by it; 0 if not, which non_fatals explains where the line stands all the same."),
            Field.time("expires_at", "When the line ends (an extension); left out for never.")
                .optional(),
            Field.texts(
                    "non_fatals",
                    "Remarks of the server (an extension): where the line stands and what keeps a login out, or from where; left out if there are none.")
                .atMost(Remarks.MOST)
                .optional())
        .aboutServer());
    this.choice = choice;
    this.servers = servers;
    this.change = change;
    this.convergence = convergence;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var end = KeyOrder.notAfter(clock.instant());
    var action = action(call, end);
    var full = new AtomicBoolean();
    return Change.retrying(() -> choice.choose(call).chain(before -> inOrder(call, before)))
        .chain(state -> convergence
            .send(
                state,
                Order.converge(call.request(), state).with(action),
                ServerParameters.patience(call, clock.instant()),
                (in, stated) -> remember(in, call, state, stated, full))
            .map(delivered -> answer(call, delivered, end, full.get())
                .about(state.server().name().value())));
  }

  private Uni<ServerState> inOrder(Call call, ServerState before) {
    return AUTHORIZE.from(call)
        ? keys.withRoom(before.server().name(), call.at(), () -> order(call, before))
        : order(call, before);
  }

  /** A verb for keys is part of an order, so it takes a generation. */
  private Uni<ServerState> order(Call call, ServerState before) {
    var after = before.again(call.at());
    return change
        .commit(call, before.server().owner(), describe(call, before), in -> {
          servers.write(in, before, after);
          if (AUTHORIZE.from(call)) {
            keys.checkRoom(in, before.server().name(), TEXT.from(call).map(PublicKey::fingerprint));
          }
        })
        .replaceWith(after);
  }

  /**
   * The key that was asked for, and no other that the server may name.
   *
   * @param full whether others took the room meanwhile: what the server stated is recorded all the same
   */
  private void remember(
      Transaction in, Call call, ServerState on, Observation stated, AtomicBoolean full) {
    stated.action().filter(Action::done).filter(done -> isAsked(call, done)).ifPresent(done -> {
      var name = on.server().name();
      var fingerprint = done.fingerprint().orElseThrow();
      if (AUTHORIZE.from(call)) {
        var by = call.caller().user().name();
        if (!full.get()) {
          keys.remember(in, new AuthorizedKey(name, fingerprint, call.at(), end(call), by), () -> {
            full.set(true);
            return new Changed();
          });
        }
      } else {
        keys.forget(in, name, fingerprint);
      }
    });
  }

  private static boolean isAsked(Call call, Action done) {
    var asked = TEXT.from(call).map(PublicKey::fingerprint);
    return done.fingerprint()
        .filter(stated -> asked.map(stated::equals).orElse(true))
        .isPresent();
  }

  /** When the key ends: by api.ttl, or by its options. */
  private static Optional<Instant> end(Call call) {
    return TTL.from(call)
        .map(seconds -> call.at().plusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS))
        .or(() -> OPTIONS.from(call).flatMap(KeyOptions::expiry));
  }

  private static Data.Hash action(Call call, Instant notAfter) {
    refuse(call);
    var action = KeyOrder.action("authorize_key", notAfter)
        .with("authorize", Data.flag(AUTHORIZE.from(call)))
        .with("options", OPTIONS.from(call).map(options -> Data.text(options.text())))
        .with(
            "expires_at",
            TTL.from(call).flatMap(ttl -> end(call)).map(end -> Data.number(end.getEpochSecond())))
        .with(
            "replace",
            Optional.of(REPLACE.from(call)).filter(Boolean::booleanValue).map(Data::flag));
    return TEXT.from(call)
        .map(
            key -> action.with("key", key.lineWithComment()).with("fingerprint", key.fingerprint()))
        .orElseGet(() -> action.with("file", FILE.from(call).orElseThrow().value()));
  }

  private static void refuse(Call call) {
    if (TEXT.from(call).isEmpty() && FILE.from(call).isEmpty()) {
      throw TEXT.refused("is missing; give “text” or “file”.");
    }
    if (!AUTHORIZE.from(call) && TTL.from(call).isPresent()) {
      throw TTL.refused("says how long the key is authorized, and “authorize” is 0; leave it out.");
    }
    OPTIONS.from(call).flatMap(KeyOptions::expiry).ifPresent(end -> {
      if (TTL.from(call).isPresent()) {
        throw TTL.refused("and expiry-time in “options” both say when the key ends; give one.");
      }
      if (AUTHORIZE.from(call) && OPTIONS.from(call).orElseThrow().isOver(call.at())) {
        throw OPTIONS.refused("expiry-time was over at " + end + "; the key could not log in.");
      }
    });
  }

  private static String describe(Call call, ServerState on) {
    var which = TEXT.from(call)
        .map(PublicKey::fingerprint)
        .orElseGet(() -> "file " + FILE.from(call).get());
    return (AUTHORIZE.from(call) ? "authorized " : "no longer authorized ") + which + " on "
        + on.server().name() + end(call).map(end -> " until " + end).orElse("")
        + (REPLACE.from(call) ? ", replacing the lines that stood there" : "");
  }

  /** @param full whether there was no room for a record of the key */
  private static Answer answer(Call call, Delivered delivered, Instant notAfter, boolean full) {
    var done = KeyOrder.done(delivered, notAfter);
    var name = delivered.state().server().name();
    if (!isAsked(call, done)) {
      throw WhmFailure.refused(name + " states another key than the one that was asked for: "
          + done.fingerprint().orElse("none") + "; look there.");
    }
    var remarks = Stream.of(
            full ? Stream.of(withoutRecord(name)) : Stream.<String>of(),
            ofTheLine(name, done),
            Remarks.of(name, delivered.outcome().statement()).stream())
        .flatMap(all -> all)
        .toList();
    return Answer.of(Data.hash()
        .with(
            "file",
            TEXT.from(call).isPresent()
                ? Data.NULL
                : Data.orNull(FILE.from(call).map(file -> Data.text(file.value()))))
        .with("authorized", Data.flag(done.authorized() && done.admits() == Admits.YES))
        .with(
            "expires_at",
            end(call)
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
  private static Stream<String> ofTheLine(ServerName name, Action done) {
    if (!done.authorized()) {
      return Stream.of();
    }
    var where = done.standsIn().orElse("root's authorized keys");
    return Stream.concat(
        done.admits() == Admits.YES
            ? Stream.of()
            : Stream.of("the line stands in " + where + " of " + name
                + ", and no login by it is sure to go through; authorize=0 takes it out"),
        Admission.remarks(name, done.admits(), done.because()));
  }
}
