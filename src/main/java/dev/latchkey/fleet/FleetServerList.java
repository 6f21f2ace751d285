package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.READ_SERVERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.list.AskedPage;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
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
        .asTool()
        .requires(Privilege.FLEET_READ)
        .needs(READ_SERVERS)
        .answers(Field.list("servers", "The servers, by owner and name.", ServerData.LISTED))
        .extension());
    this.servers = servers;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var owner = call.caller().holds(Privilege.ALL)
        ? Optional.<String>empty()
        : Optional.of(call.caller().user().name());
    var page = AskedPage.of(call.arguments());
    return servers.listed(owner, page).map(listed -> {
      var list = listed.servers().stream().<Data>map(ServerData::of).toList();
      var answer = Answer.of(Data.hash().with("servers", new Data.Sequence(list)));
      return page.isPresent() ? answer.pageOf(listed.read()) : answer;
    });
  }
}
