package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.CHANGE_FINDINGS;
import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Profile;
import dev.latchkey.access.UserTable;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.KeyFiles;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.RevokedKeys;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Gives a server another node or owner, while no grant stands on it, or says where it keeps the keys of grants and how it
 * keeps revoked keys out (an extension).
 */
@Singleton
@Path(FleetServerUpdate.NAME)
public final class FleetServerUpdate extends WhmFunction {
  static final String NAME = "fleet_server_update";

  private static final Parameter<Optional<NodeId>> NODE = Parameter.optional(
      "node", FleetServerParameters.NODE_ID, "Its new node id in Systems Manager.");

  private static final Parameter<Optional<KeyFiles>> KEY_FILE = Parameter.optional(
      "api.key_file",
      FleetServerParameters.KEY_FILES,
      "Where it keeps the keys of grants from now on (an extension): “managed” or “account”; the lines that stand are moved.");

  private static final Parameter<Optional<RevokedKeys>> REVOKED_KEYS = Parameter.optional(
      "api.revoked_keys",
      FleetServerParameters.REVOKED_KEYS,
      "How it keeps revoked keys out from now on (an extension): “krl” or “sweep”.");

  private final ServerChoice choice;
  private final ServerTable servers;
  private final UserTable users;
  private final Change change;
  private final LimitTable limits;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  FleetServerUpdate(
      ServerChoice choice,
      ServerTable servers,
      UserTable users,
      Change change,
      LimitTable limits,
      Convergence convergence,
      Clock clock) {
    super(Declaration.of(
            NAME, "Gives a server another node or owner, or another place for the keys of grants.")
        .numbered(16)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_FINDINGS, CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            FleetServerParameters.EXISTING,
            NODE,
            FleetServerParameters.NEW_OWNER,
            KEY_FILE,
            REVOKED_KEYS,
            ServerParameters.WAIT)
        .answers(
            ServerData.SERVER,
            List.of(Field.texts(
                    "non_fatals",
                    "What the server states of its new place for keys, or of how it keeps revoked ones out; left out where neither changes.")
                .atMost(Remarks.MOST)
                .optional()))
        .aboutServer()
        .extension());
    this.choice = choice;
    this.servers = servers;
    this.users = users;
    this.change = change;
    this.limits = limits;
    this.convergence = convergence;
    this.clock = clock;
  }

  private record Updated(ServerState before, ServerState after) {
    /** A server to which nothing was ever sent gets it with its first order. */
    boolean isToBeSent() {
      return before.server().generation() != after.server().generation();
    }
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return Change.retrying(() -> choice
            .registered(call, FleetServerParameters.EXISTING)
            .chain(before -> newOwner(call, before).chain(to -> update(call, before, to))))
        .chain(updated -> updated.isToBeSent()
            ? deliver(call, updated.after())
            : Uni.createFrom().item(answer(updated.after(), Data.hash())));
  }

  private Uni<Answer> deliver(Call call, ServerState state) {
    return convergence
        .deliver(state, call.request(), ServerParameters.patience(call, clock.instant()))
        .map(FleetServerUpdate::answer);
  }

  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    return choice.registered(call, FleetServerParameters.EXISTING).chain(state -> {
      var server = state.server();
      if (!NODE.from(call).orElse(server.node()).equals(server.node())
          || !FleetServerParameters.NEW_OWNER
              .from(call)
              .orElse(server.owner())
              .equals(server.owner())
          || KEY_FILE.from(call).orElse(server.keyFiles()) != server.keyFiles()
          || REVOKED_KEYS.from(call).orElse(server.revokedKeys()) != server.revokedKeys()) {
        throw first.over("The server was changed again since; fleet_server_list shows it.");
      }
      return server.isConfirmed() || server.generation() == 0
          ? Uni.createFrom().item(answer(state, Data.hash()))
          : deliver(call, state);
    });
  }

  /** Whose it becomes; empty if it stays whose it is. */
  private Uni<Optional<Profile>> newOwner(Call call, ServerState before) {
    var owner = FleetServerParameters.NEW_OWNER
        .from(call)
        .filter(to -> !to.equals(before.server().owner()));
    return owner
        .map(to ->
            users.known(to).map(known -> Optional.of(FleetServerParameters.lasting(known, to))))
        .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
  }

  private Uni<Updated> update(Call call, ServerState before, Optional<Profile> newOwner) {
    var node = NODE.from(call);
    var to = FleetServerParameters.NEW_OWNER.from(call);
    var files = KEY_FILE.from(call).orElse(before.server().keyFiles());
    if (node.isPresent()
        || to.isPresent()
        || KEY_FILE.from(call).isEmpty() && REVOKED_KEYS.from(call).isEmpty()) {
      FleetServerParameters.refuseWhileGranted(before, call.at(), "changed");
      FleetServerParameters.refuseWhileUnproven(before, "changed");
    }
    var owner = to.orElse(before.server().owner());
    var most = newOwner.map(Profile::accountLimit).orElseGet(OptionalLong::empty);
    var moved = before.moved(node.orElse(before.server().node()), owner, call.at());
    var kept = files == moved.server().keyFiles() ? moved : moved.keeping(files, call.at());
    var revoked = REVOKED_KEYS.from(call).orElse(kept.server().revokedKeys());
    // Whoever loses it finds it in his audit, too.
    var concerned = Stream.of(owner, before.server().owner()).distinct().toList();
    var after = revoked == kept.server().revokedKeys() ? kept : kept.keeping(revoked, call.at());
    return limits
        .within(
            owner,
            Limited.SERVERS,
            most,
            () -> servers.names(Optional.of(owner), Integer.MAX_VALUE).map(List::size),
            () -> change.commit(call, concerned, describe(before, after), in -> {
              servers.move(
                  in,
                  before,
                  after,
                  () -> NODE.refused(
                      "“" + after.server().node() + "” is the node of another server already."));
              newOwner
                  .filter(other -> !owner.equals(call.caller().user().name()))
                  .ifPresent(other -> users.checkUnchanged(in, other.user(), Changed::new));
              if (newOwner.isPresent()) {
                limits.remove(in, before.server().owner(), Limited.SERVERS, 1);
                limits.add(in, owner, Limited.SERVERS, most);
              }
            }))
        .replaceWith(() -> new Updated(before, after));
  }

  private static String describe(ServerState before, ServerState after) {
    var server = after.server();
    var from = before.server().owner();
    return "server " + server.name() + " is now node " + server.node() + " of " + server.owner()
        + (from.equals(server.owner()) ? "" : ", no longer of " + from)
        + ", keys in files of " + (server.keyFiles() == KeyFiles.MANAGED ? "root" : "the account")
        + server
            .revokedKeys()
            .told()
            .map(how -> ", revoked keys kept out by a KRL")
            .orElse("");
  }

  private static Answer answer(Delivered delivered) {
    var name = delivered.state().server().name();
    var stated = delivered.outcome().statement();
    var remarks = new ArrayList<>(Remarks.of(name, stated));
    if (!delivered.state().server().isConfirmed()
        && Remarks.problems(stated).findAny().isEmpty()) {
      remarks.add(Explanation.of(name, delivered.outcome()) + "; the order stands and is repeated");
    }
    return answer(
        delivered.state(), Data.hash().with("non_fatals", Remarks.data(remarks.stream())));
  }

  private static Answer answer(ServerState state, Data.Hash more) {
    return Answer.of(ServerData.of(state.server()).with(more))
        .about(state.server().name().value());
  }
}
