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
import dev.latchkey.api.WhmFunction;
import dev.latchkey.server.Grant;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Optional;

/**
 * WHM API 1, ticket_ssh_test. What the vendor of a ticket would come to on a server of it, and why. Nobody has his private
 * key, so nobody logs in: the server tells what a login would meet, from its firewall to sudo.
 */
@Singleton
@Path(TicketSshTest.NAME)
public final class TicketSshTest extends WhmFunction {
  static final String NAME = "ticket_ssh_test";

  private final Portal portal;
  private final TicketServers ticketServers;
  private final SshTests tests;

  @Inject
  TicketSshTest(Portal portal, TicketServers ticketServers, SshTests tests) {
    super(Declaration.of(NAME, "Tells what the vendor of a ticket would come to on a server of it.")
        .numbered(29)
        .asTool()
        .requires(Privilege.SUPPORT_ACCESS)
        .needs(CHANGE_TICKETS, CHANGE_SERVERS, RUN_COMMAND)
        .takes(TICKET_ID, SERVER_NUM, ServerParameters.SERVER, ServerParameters.WAIT)
        .answers(SshTestVerdict.TESTED)
        .aboutServer());
    this.portal = portal;
    this.ticketServers = ticketServers;
    this.tests = tests;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return portal
        .ticket(call)
        .chain(ticket -> ticketServers.numbered(call, ticket, SERVER_NUM.from(call)))
        .chain(
            on -> test(call, on).map(answer -> answer.about(on.server().name().value())));
  }

  private Uni<Answer> test(Call call, ServerState on) {
    var ticket = TICKET_ID.from(call);
    return on.grantsOf(ticket).stream().anyMatch(Grant::isWanted)
        ? tests
            .outcome(call, ticket, SERVER_NUM.from(call), on)
            .map(outcome -> SshTestVerdict.of(ticket, on, Optional.of(outcome)))
        : Uni.createFrom().item(SshTestVerdict.of(ticket, on, Optional.empty()));
  }
}
