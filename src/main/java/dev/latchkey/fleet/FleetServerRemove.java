package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.QUERY;
import static dev.latchkey.api.Permission.TRANSACT;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** Takes a server out of the fleet, while no grant stands on it (an extension). */
@Singleton
@Path(FleetServerRemove.NAME)
public final class FleetServerRemove extends WhmFunction {
  static final String NAME = "fleet_server_remove";

  private final ServerTable servers;
  private final Change change;

  @Inject
  FleetServerRemove(ServerTable servers, Change change) {
    super(Declaration.of(NAME, "Takes a server out of the fleet; its receipts stay.")
        .requires(Privilege.ALL)
        .changes()
        .needs(QUERY, TRANSACT)
        .takes(FleetServerParameters.EXISTING)
        .answersNothing()
        .aboutServer()
        .extension());
    this.servers = servers;
    this.change = change;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = FleetServerParameters.EXISTING.from(call);
    return Change.retrying(() -> servers
        .find(name)
        .map(found -> found.orElseThrow(() -> FleetServerParameters.unknown(name)))
        .chain(before -> remove(call, before)));
  }

  private Uni<Answer> remove(Call call, ServerState before) {
    FleetServerParameters.refuseWhileGranted(before, call.at(), "removed");
    var server = before.server();
    var what = "removed server " + server.name() + ", node " + server.node();
    return change
        .commit(call, server.owner(), what, in -> servers.remove(in, before))
        .replaceWith(() -> Answer.withoutData().about(server.name().value()));
  }
}
