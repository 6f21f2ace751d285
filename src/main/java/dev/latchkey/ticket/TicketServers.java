package dev.latchkey.ticket;

import dev.latchkey.api.Call;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** The server that a number means: its place in the ticket. */
@Singleton
class TicketServers {
  private final ServerTable servers;

  @Inject
  TicketServers(ServerTable servers) {
    this.servers = servers;
  }

  /** @throws dev.latchkey.api.WhmFailure when the ticket has no such server, or it is not the caller's */
  Uni<ServerState> numbered(Call call, Ticket ticket, long number) {
    var name = ticket
        .server(number)
        .orElseThrow(() -> TicketParameters.SERVER_NUM.refused("ticket " + ticket.id()
            + " has no server " + number + "; it has 1 to " + ticket.servers().size() + "."));
    ServerParameters.SERVER.from(call).filter(said -> !said.equals(name)).ifPresent(said -> {
      throw ServerParameters.SERVER.refused("says “" + said + "”, and server " + number
          + " of ticket " + ticket.id() + " is “" + name + "”.");
    });
    return servers
        .find(name)
        .map(found -> found
            .filter(state -> call.caller().reaches(state.server().owner()))
            .orElseThrow(() -> TicketParameters.SERVER_NUM.refused(
                "“" + name + "” is no longer a server of yours.")));
  }
}
