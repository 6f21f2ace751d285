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
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.OrderOutcome.Running;
import dev.latchkey.server.Grant;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;

/** WHM API 1, ticket_ssh_test_start. Begins the test of which ticket_ssh_test tells, and does not wait for it. */
@Singleton
@Path(TicketSshTestStart.NAME)
public final class TicketSshTestStart extends WhmFunction {
  static final String NAME = "ticket_ssh_test_start";

  private final Portal portal;
  private final TicketServers ticketServers;
  private final SshTests tests;

  @Inject
  TicketSshTestStart(Portal portal, TicketServers ticketServers, SshTests tests) {
    super(Declaration.of(NAME, "Starts a test, of which ticket_ssh_test returns the result.")
        .numbered(30)
        .asTool()
        .requires(Privilege.SUPPORT_ACCESS)
        .needs(CHANGE_TICKETS, CHANGE_SERVERS, RUN_COMMAND)
        .takes(TICKET_ID, SERVER_NUM, ServerParameters.SERVER)
        .answers(List.of())
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
        .chain(on -> begin(call, on));
  }

  private Uni<Answer> begin(Call call, ServerState on) {
    var ticket = TICKET_ID.from(call);
    var name = on.server().name();
    if (on.grantsOf(ticket).stream().noneMatch(Grant::isWanted)) {
      throw TICKET_ID.refused("ticket " + ticket + " has no access on " + name
          + " that could be tested; ticket_grant gives it.");
    }
    return tests.begin(call, ticket, SERVER_NUM.from(call), on).map(outcome -> {
      if (outcome instanceof Running) {
        return Answer.of(Data.hash()).about(name.value());
      }
      throw WhmFailure.refused(SshTestVerdict.why(name, outcome) + "; call ticket_ssh_test.");
    });
  }
}
