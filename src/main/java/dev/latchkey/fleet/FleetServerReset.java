package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.Order;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ObservationReader;
import dev.latchkey.server.Server;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.List;

/**
 * Begins a new epoch of a server that is ahead of us and takes no order any more, and sends its whole wanted state (an
 * extension). Every order from before is stale from then on.
 */
@Singleton
@Path(FleetServerReset.NAME)
public final class FleetServerReset extends WhmFunction {
  static final String NAME = "fleet_server_reset";

  private static final Parameter<ServerName> SERVER = Parameter.required(
      "api.server", ServerParameters.NAME, "The server that is reset; it must always be named.");

  private static final Parameter<Boolean> HOLD = Parameter.defaulting(
      "hold",
      ParameterType.FLAG,
      false,
      "1 holds the server's grants, as after a table was restored; 0, the default, sends them.");

  private static final Field HELD = Field.number("held", "How many grants of the server are held.");

  private final ServerTable servers;
  private final Change change;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  FleetServerReset(ServerTable servers, Change change, Convergence convergence, Clock clock) {
    super(Declaration.of(
            NAME,
            "Makes a server accept orders again after it has carried out what was never ordered.")
        .numbered(15)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(SERVER, HOLD, ServerParameters.WAIT)
        .answers(ServerData.SERVER)
        .answers(HELD)
        .aboutServer()
        .extension());
    this.servers = servers;
    this.change = change;
    this.convergence = convergence;
    this.clock = clock;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return find(call)
        .chain(before -> look(call, before))
        .chain(stated ->
            Change.retrying(() -> find(call).chain(before -> reset(call, before, stated))))
        .chain(after -> deliver(call, after));
  }

  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    return find(call).chain(state -> {
      if (!first.made().contains("" + state.server().epoch())) {
        throw first.over("The server was reset again since, or another one has its name.");
      }
      return deliver(call, state);
    });
  }

  private Uni<Answer> deliver(Call call, ServerState state) {
    return convergence
        .deliver(state, call.request(), ServerParameters.patience(call, clock.instant()))
        .map(delivered ->
            answer(delivered).about(delivered.state().server().name().value()));
  }

  private Uni<ServerState> find(Call call) {
    var name = SERVER.from(call);
    return servers
        .find(name)
        .map(found ->
            found.orElseThrow(() -> SERVER.refused("there is no server named “" + name + "”.")));
  }

  /** The epoch that the server states, or that it stated last where it does not answer. */
  private Uni<Long> look(Call call, ServerState of) {
    var order = Order.observe(call.request() + "-look", of.server());
    var last = of.server().seen().flatMap(seen -> ObservationReader.read(seen.statement()));
    return convergence
        .send(of, order, ServerParameters.patience(call, clock.instant()))
        .map(delivered -> delivered.outcome().statement().or(() -> last))
        .map(stated -> stated.map(Observation::epoch).orElse(0L));
  }

  private Uni<ServerState> reset(Call call, ServerState before, long stated) {
    var server = before.server();
    if (Math.max(stated, server.epoch()) >= Server.MOST) {
      throw WhmFailure.refused(server.name() + " states the epoch " + Server.MOST
          + ", and there is none after it: somebody on the server has set it. Remove"
          + " /var/lib/latchkey/state.json there, and call again.");
    }
    var after = before.inNewEpoch(stated, grant -> HOLD.from(call), call.at());
    var what = "reset server %s: epoch %d, generation %d, %d grants wanted, %d held"
        .formatted(
            server.name(),
            after.server().epoch(),
            after.server().generation(),
            after.wanted().size(),
            after.held().size());
    return change
        .commit(
            call,
            server.owner(),
            what,
            List.of("" + after.server().epoch()),
            in -> servers.write(in, before, after))
        .replaceWith(after);
  }

  /** What was stated is of this very epoch, generation and wanted state, or it is no statement. */
  private static Answer answer(Delivered delivered) {
    var state = delivered.state();
    var data = ServerData.of(state.server()).with("held", state.held().size());
    if (delivered.outcome().statement().isPresent()) {
      return Answer.of(data);
    }
    return Answer.failed(
        "resetting: " + Explanation.of(state.server().name(), delivered.outcome())
            + "; the order of the new epoch stands and is repeated.",
        data);
  }
}
