package dev.latchkey.sshkey;

import static dev.latchkey.api.Permission.QUERY;
import static dev.latchkey.api.Permission.RUN_COMMAND;
import static dev.latchkey.api.Permission.TRANSACT;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Order;
import dev.latchkey.server.AuthorizedKey;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.server.ServerChoice;
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
import java.util.Optional;

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
        .requires(Privilege.SSH_KEYS)
        .changes()
        .needs(QUERY, TRANSACT, RUN_COMMAND)
        .takes(AUTHORIZE, FILE, TEXT, OPTIONS, ServerParameters.SERVER, ServerParameters.WAIT)
        .answers(
            Field.text("file", "The key file, as it was named; null if “text” was given.")
                .orNull(),
            Field.flag("authorized", "1 if the key is authorized now, 0 if not."))
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
    return Change.retrying(() -> choice.choose(call).chain(before -> order(call, before)))
        .chain(state -> convergence
            .send(
                state,
                Order.converge(call.request(), state).with(action),
                ServerParameters.patience(call, clock.instant()),
                (in, stated) -> remember(in, call, state, stated))
            .map(delivered ->
                answer(call, delivered, end).about(state.server().name().value())));
  }

  /** A verb for keys is part of an order, so it takes a generation. */
  private Uni<ServerState> order(Call call, ServerState before) {
    var after = before.again(call.at());
    return change
        .commit(
            call,
            before.server().owner(),
            describe(call, before),
            in -> servers.write(in, before, after))
        .replaceWith(after);
  }

  private void remember(Transaction in, Call call, ServerState on, Observation stated) {
    stated.action().filter(Action::done).flatMap(Action::fingerprint).ifPresent(fingerprint -> {
      var name = on.server().name();
      if (AUTHORIZE.from(call)) {
        keys.remember(
            in,
            new AuthorizedKey(name, fingerprint, call.at(), call.caller().user().name()));
      } else {
        keys.forget(in, name, fingerprint);
      }
    });
  }

  private static Data.Hash action(Call call, Instant end) {
    var action = KeyOrder.action("authorize_key", end)
        .with("authorize", Data.flag(AUTHORIZE.from(call)))
        .with("options", OPTIONS.from(call).map(options -> Data.text(options.text())));
    var text = TEXT.from(call);
    var file = FILE.from(call);
    if (text.isEmpty() && file.isEmpty()) {
      throw TEXT.refused("is missing; give “text” or “file”.");
    }
    return text.map(key -> action.with("key", key.lineWithComment()))
        .orElseGet(() -> action.with("file", file.get().value()));
  }

  private static String describe(Call call, ServerState on) {
    var which = TEXT.from(call)
        .map(PublicKey::fingerprint)
        .orElseGet(() -> "file " + FILE.from(call).get());
    return (AUTHORIZE.from(call) ? "authorized " : "no longer authorized ") + which + " on "
        + on.server().name();
  }

  private static Answer answer(Call call, Delivered delivered, Instant end) {
    var done = KeyOrder.done(delivered, end);
    return Answer.of(Data.hash()
        .with(
            "file",
            TEXT.from(call).isPresent()
                ? Data.NULL
                : Data.orNull(FILE.from(call).map(file -> Data.text(file.value()))))
        .with("authorized", Data.flag(done.authorized())));
  }
}
