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
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.delivery.VerbOrder;
import dev.latchkey.delivery.Verbs;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.ssh.KeyFileName;
import dev.latchkey.ssh.KeyOptions;
import dev.latchkey.ssh.PublicKey;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.UnaryOperator;

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

  static final Parameter<Optional<PublicKey>> TEXT = Parameter.optional(
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

  private static final String ROOT = "root";

  private static final Parameter<Optional<String>> USER = Parameter.optional(
      "user",
      ParameterType.TEXT,
      "Of earlier releases of WHM. It is always root who is meant: a key given as “text” is refused for anybody else, and with “file” this is not read, as in WHM.");

  private final Verbs verbs;
  private final AuthorizedKeyTable keys;
  private final Clock clock;

  @Inject
  Authorizesshkey(Verbs verbs, AuthorizedKeyTable keys, Clock clock) {
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
            USER,
            TTL,
            REPLACE,
            ServerParameters.SERVERS,
            ServerParameters.CURSOR,
            ServerParameters.WAIT)
        .answers(
            Field.text("file", "The key file, as it was named; null if “text” was given.")
                .orNull(),
            Field.flag(
                "authorized",
                "1 if the line of the key stands and the server has stated that root could log in by it; 0 if not, which non_fatals explains where the line stands all the same."),
            Field.time(
                    "expires_at",
                    "When the line ends (an extension), as the server states it where expiry-time has no Z; left out for never.")
                .optional(),
            Field.texts(
                    "non_fatals",
                    "Remarks of the server (an extension): where the line stands and what keeps a login out, or from where; with “authorize” 0, which grant still lets the key in; left out if there are none.")
                .atMost(Remarks.MOST)
                .optional())
        .forManyServers(AskedServers.MOST));
    this.verbs = verbs;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var end = VerbOrder.notAfter(clock.instant());
    var action = action(call, end);
    var asked = new AuthorizationOfKey.Asked(
        AUTHORIZE.from(call),
        TEXT.from(call),
        FILE.from(call),
        end(call),
        OPTIONS.from(call).flatMap(KeyOptions::localExpiry),
        describe(call));
    return verbs.answer(call, new AuthorizationOfKey(call, asked, action, end, keys));
  }

  /** When the key ends, by api.ttl or by its options; empty also where these give the server's local time. */
  private static Optional<Instant> end(Call call) {
    return TTL.from(call)
        .map(seconds -> call.begun().plusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS))
        .or(() -> OPTIONS.from(call).flatMap(KeyOptions::expiry));
  }

  private static Data.Hash action(Call call, Instant notAfter) {
    refuse(call);
    var action = VerbOrder.action("authorize_key", notAfter)
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
    if (TEXT.from(call).isPresent()
        && USER.from(call).filter(user -> !user.equals(ROOT)).isPresent()) {
      throw USER.refused(
          "is not root, and the key would log in as root. For an account of a user, call SSH::authkey of cPanel API 2 on the server.");
    }
    if (!AUTHORIZE.from(call) && TTL.from(call).isPresent()) {
      throw TTL.refused("says how long the key is authorized, and “authorize” is 0; leave it out.");
    }
    OPTIONS.from(call).ifPresent(options -> {
      if (TTL.from(call).isPresent() && endOf(options).isPresent()) {
        throw TTL.refused("and expiry-time in “options” both say when the key ends; give one.");
      }
      if (AUTHORIZE.from(call) && options.isOver(call.at())) {
        throw OPTIONS.refused("expiry-time was over at " + endOf(options).orElseThrow()
            + "; the key could not log in.");
      }
    });
  }

  /** In words. */
  private static Optional<String> endOf(KeyOptions options) {
    return options
        .expiry()
        .map(Instant::toString)
        .or(() -> options.localExpiry().map(end -> end + ", by the clock of the server"));
  }

  private static UnaryOperator<String> describe(Call call) {
    var which = TEXT.from(call)
        .map(PublicKey::fingerprint)
        .orElseGet(() -> "file " + FILE.from(call).get());
    return servers -> (AUTHORIZE.from(call) ? "authorized " : "no longer authorized ") + which
        + " on " + servers
        + end(call)
            .map(Instant::toString)
            .or(() -> OPTIONS.from(call).flatMap(Authorizesshkey::endOf))
            .map(end -> " until " + end)
            .orElse("")
        + (REPLACE.from(call) ? ", replacing the lines that stood there" : "");
  }
}
