package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.QUERY;
import static dev.latchkey.api.Permission.TRANSACT;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.UserTable;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Optional;

/** Gives a server another node or owner, while no grant stands on it (an extension). */
@Singleton
@Path(FleetServerUpdate.NAME)
public final class FleetServerUpdate extends WhmFunction {
  static final String NAME = "fleet_server_update";

  private static final Parameter<Optional<NodeId>> NODE = Parameter.optional(
      "node", FleetServerParameters.NODE_ID, "Its new node id in Systems Manager.");

  private final ServerTable servers;
  private final UserTable users;
  private final Change change;

  @Inject
  FleetServerUpdate(ServerTable servers, UserTable users, Change change) {
    super(Declaration.of(NAME, "Gives a server another node or another owner.")
        .requires(Privilege.ALL)
        .changes()
        .needs(QUERY, TRANSACT)
        .takes(FleetServerParameters.EXISTING, NODE, FleetServerParameters.OWNER)
        .answers(ServerData.SERVER)
        .aboutServer()
        .extension());
    this.servers = servers;
    this.users = users;
    this.change = change;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = FleetServerParameters.EXISTING.from(call);
    return Change.retrying(() -> servers
        .find(name)
        .map(found -> found.orElseThrow(() -> FleetServerParameters.unknown(name)))
        .chain(before -> update(call, before)));
  }

  private Uni<Answer> update(Call call, ServerState before) {
    FleetServerParameters.refuseWhileGranted(before, call.at(), "changed");
    var node = NODE.from(call).orElse(before.server().node());
    var owner = FleetServerParameters.OWNER.from(call).orElse(before.server().owner());
    var after = before.server().moved(node, owner);
    var what = "server " + after.name() + " is now node " + node + " of " + owner;
    return change
        .commit(call, owner, what, in -> {
          servers.move(
              in,
              before,
              after,
              () -> NODE.refused("“" + node + "” is the node of another server already."));
          if (!owner.equals(call.caller().user().name())) {
            users.checkExists(in, owner, () -> FleetServerParameters.unknownOwner(owner));
          }
        })
        .replaceWith(() -> Answer.of(ServerData.of(after)).about(after.name().value()));
  }
}
