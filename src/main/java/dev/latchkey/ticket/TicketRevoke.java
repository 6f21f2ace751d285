package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.CHANGE_TICKETS;
import static dev.latchkey.api.Permission.RUN_COMMAND;
import static dev.latchkey.ticket.TicketParameters.SERVER_NUM;
import static dev.latchkey.ticket.TicketParameters.TICKET_ID;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.GrantEnding;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.SessionId;
import dev.latchkey.ssh.SshUser;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;

/**
 * WHM API 1, ticket_revoke. {@code result} 1 means that the server has stated that the key is gone and no session of it
 * lives; until then it is 0, the order stands and is repeated, and calling again is harmless.
 */
@Singleton
@Path(TicketRevoke.NAME)
public final class TicketRevoke extends WhmFunction {
  static final String NAME = "ticket_revoke";

  private static final Parameter<SshUser> SSH_USERNAME = Parameter.required(
      "ssh_username", ServerParameters.SSH_USER, "The account that the grant was for.");

  private final Portal portal;
  private final TicketServers ticketServers;
  private final GrantEnding ending;

  @Inject
  TicketRevoke(Portal portal, TicketServers ticketServers, GrantEnding ending) {
    super(Declaration.of(NAME, "Takes the vendor of a ticket off a server, and proves it.")
        .numbered(27)
        .asTool()
        .requires(Privilege.SUPPORT_ACCESS)
        .closes()
        .needs(CHANGE_TICKETS, CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            TICKET_ID,
            SERVER_NUM,
            SSH_USERNAME,
            UnattributedData.PARAMETER,
            ServerParameters.SERVER,
            ServerParameters.WAIT)
        .answers(EndVerdict.ENDED)
        .aboutServer());
    this.portal = portal;
    this.ticketServers = ticketServers;
    this.ending = ending;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var user = SSH_USERNAME.from(call);
    var sessions = UnattributedData.named(call);
    // With a repeat they go with the order again; to want it once more would be another revoke.
    var wanted = call.first().isPresent() ? List.<SessionId>of() : sessions;
    return Change.retrying(() -> portal
            .ticket(call)
            .chain(ticket -> ticketServers.numbered(call, ticket, SERVER_NUM.from(call)))
            .chain(state -> state
                .find(TICKET_ID.from(call), user)
                .map(grant -> ending.want(call, state, grant, wanted))
                .orElseGet(() -> nothing(state, user, wanted))))
        .chain(state -> ending
            .deliver(call, state, sessions)
            .map(delivered ->
                answer(call, user, state, delivered).about(state.server().name().value())));
  }

  private static Uni<ServerState> nothing(
      ServerState state, SshUser user, List<SessionId> sessions) {
    if (!sessions.isEmpty()) {
      throw UnattributedData.nothingEnds("the ticket has no access for " + user + " on “"
          + state.server().name() + "” that is not proven gone");
    }
    return Uni.createFrom().item(state);
  }

  private static Answer answer(Call call, SshUser user, ServerState sent, Delivered delivered) {
    var grant = sent.find(TICKET_ID.from(call), user);
    if (grant.isEmpty()) {
      return EndVerdict.nothingToRevoke(
          TICKET_ID.from(call), SERVER_NUM.from(call), user, call.isDone(Stamp.WHOLE), delivered);
    }
    return delivered.state().find(grant.get().ticket(), user).isEmpty()
        ? EndVerdict.revoked(grant.get(), delivered)
        : EndVerdict.revoking(grant.get(), delivered);
  }
}
