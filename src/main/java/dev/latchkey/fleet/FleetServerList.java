package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.QUERY;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Comparator;
import java.util.Optional;

/** Lists your servers; with {@code all} everybody's (an extension). */
@Singleton
@Path(FleetServerList.NAME)
public final class FleetServerList extends WhmFunction {
  static final String NAME = "fleet_server_list";

  private final ServerTable servers;

  @Inject
  FleetServerList(ServerTable servers) {
    super(Declaration.of(NAME, "Lists the servers of the fleet that you may use.")
        .numbered(13)
        .requires(Privilege.FLEET_READ)
        .needs(QUERY)
        .answers(Field.list("servers", "The servers, by name.", ServerData.SERVER))
        .extension());
    this.servers = servers;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var owner = call.caller().holds(Privilege.ALL)
        ? Optional.<String>empty()
        : Optional.of(call.caller().user().name());
    return servers.names(owner, Integer.MAX_VALUE).chain(servers::all).map(all -> {
      var list = all.stream()
          .sorted(Comparator.comparing(server -> server.name().value()))
          .<Data>map(ServerData::of)
          .toList();
      return Answer.of(Data.hash().with("servers", new Data.Sequence(list)));
    });
  }
}
