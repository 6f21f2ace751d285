package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Profile;
import dev.latchkey.access.UserTable;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.server.KeyFiles;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.RevokedKeys;
import dev.latchkey.server.Server;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;

/** Registers a server of the fleet, which has the SSM agent and is a managed node (an extension). */
@Singleton
@Path(FleetServerAdd.NAME)
public final class FleetServerAdd extends WhmFunction {
  static final String NAME = "fleet_server_add";

  private static final Parameter<ServerName> SERVER_NAME = Parameter.required(
      "name",
      ServerParameters.NAME,
      "The server's name: a-z, then a-z, 0-9 and dashes, at most 63.");

  private static final Parameter<NodeId> NODE = Parameter.required(
      "node", FleetServerParameters.NODE_ID, "Its node id in Systems Manager: i-… or mi-….");

  private static final Parameter<KeyFiles> KEY_FILE = Parameter.defaulting(
      "api.key_file",
      FleetServerParameters.KEY_FILES,
      KeyFiles.ACCOUNT,
      "Where it keeps the keys of grants (an extension): “managed”, in files of root's that no account can touch, or “account”, in the account's own authorized_keys; “account” by default.");

  private static final Parameter<RevokedKeys> REVOKED_KEYS = Parameter.defaulting(
      "api.revoked_keys",
      FleetServerParameters.REVOKED_KEYS,
      RevokedKeys.SWEEP,
      "How it keeps revoked keys out (an extension): “krl”, sshd refuses them by a KRL of ours, besides the sweep; or “sweep”, which takes their lines out within a minute; “sweep” by default.");

  private final ServerTable servers;
  private final UserTable users;
  private final Change change;
  private final LimitTable limits;

  @Inject
  FleetServerAdd(ServerTable servers, UserTable users, Change change, LimitTable limits) {
    super(Declaration.of(NAME, "Registers a server of the fleet.")
        .numbered(11)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_SERVERS)
        .takes(SERVER_NAME, NODE, FleetServerParameters.OWNER, KEY_FILE, REVOKED_KEYS)
        .answers(ServerData.SERVER)
        .aboutServer()
        .extension());
    this.servers = servers;
    this.users = users;
    this.change = change;
    this.limits = limits;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var owner =
        FleetServerParameters.OWNER.from(call).orElse(call.caller().user().name());
    var server = Server.added(SERVER_NAME.from(call), NODE.from(call), owner)
        .keeping(KEY_FILE.from(call))
        .keeping(REVOKED_KEYS.from(call));
    return Change.retrying(() -> users
            .known(owner)
            .chain(known -> add(call, FleetServerParameters.lasting(known, owner), server)))
        .replaceWith(() -> Answer.of(ServerData.of(server)).about(server.name().value()));
  }

  /** @param of the owner, whose limit holds as it is when the server is added */
  private Uni<Void> add(Call call, Profile of, Server server) {
    var owner = of.user().name();
    return limits.within(
        owner,
        Limited.SERVERS,
        of.accountLimit(),
        () -> servers.names(Optional.of(owner), Integer.MAX_VALUE).map(List::size),
        () -> change.commit(
            call, owner, "added server " + server.name() + ", node " + server.node(), in -> {
              servers.add(
                  in,
                  server,
                  () -> SERVER_NAME.refused(
                      "there is a server named “" + server.name() + "” already."),
                  () -> NODE.refused(
                      "“" + server.node() + "” is the node of another server already."));
              if (!owner.equals(call.caller().user().name())) {
                users.checkUnchanged(in, of.user(), Changed::new);
              }
              limits.add(in, owner, Limited.SERVERS, of.accountLimit());
            }));
  }

  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    return servers
        .find(SERVER_NAME.from(call))
        .map(found -> found
            .map(ServerState::server)
            .filter(server -> server.node().equals(NODE.from(call)))
            .map(server -> Answer.of(ServerData.of(server)).about(server.name().value()))
            .orElseThrow(() -> first.over("The server was removed or given another node since;"
                + " fleet_server_list shows what there is.")));
  }
}
