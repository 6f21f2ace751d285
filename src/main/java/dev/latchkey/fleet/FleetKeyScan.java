package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.CHANGE_FINDINGS;
import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.AccessLooks;
import dev.latchkey.delivery.AccessLooks.Looked;
import dev.latchkey.delivery.FanOut;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.List;

/** Looks now at who may come in to a server, for {@code fleet_key_list} and {@code fleet_drift} (an extension). */
@Singleton
@Path(FleetKeyScan.NAME)
public final class FleetKeyScan extends WhmFunction {
  static final String NAME = "fleet_key_scan";

  private final FanOut fanOut;
  private final AccessLooks looks;
  private final Clock clock;

  @Inject
  FleetKeyScan(FanOut fanOut, AccessLooks looks, Clock clock) {
    super(Declaration.of(
            NAME, "Asks servers now for all keys, accounts and sudoers that allow access.")
        .numbered(59)
        .asTool()
        .requires(Privilege.SSH_KEYS)
        .needs(CHANGE_SERVERS, CHANGE_FINDINGS, RUN_COMMAND)
        .takes(ServerParameters.SERVERS, ServerParameters.CURSOR, ServerParameters.WAIT)
        .answers(
            Field.number(
                "found", "How many keys, accounts and files of sudoers the server stated."),
            Field.texts("unread", "What it could not read, so that there may be more.")
                .atMost(20))
        .aboutServer()
        .forManyServers(AskedServers.MOST)
        .extension());
    this.fanOut = fanOut;
    this.looks = looks;
    this.clock = clock;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return fanOut.answer(
        call,
        state -> look(call, List.of(state)).chain(each -> each.get(0)),
        states -> look(call, states));
  }

  private Uni<List<Uni<Answer>>> look(Call call, List<ServerState> states) {
    return looks
        .look(states, call.request(), ServerParameters.patience(call, clock.instant()))
        .map(each -> each.stream().map(looked -> looked.map(this::answer)).toList());
  }

  private Answer answer(Looked looked) {
    var name = looked.state().server().name().value();
    var data =
        Data.hash().with("found", looked.found()).with("unread", Data.texts(looked.unread()));
    return looked
        .problem()
        .map(problem -> Answer.failed("Not all of " + name + " is known: " + problem + ".", data))
        .orElseGet(() -> Answer.of(data))
        .about(name);
  }
}
