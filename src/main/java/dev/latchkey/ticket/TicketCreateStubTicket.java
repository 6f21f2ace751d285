package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_TICKETS;
import static dev.latchkey.api.Permission.READ_SERVERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.data.Data;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.security.SecureRandom;
import java.util.List;

/** WHM API 1, ticket_create_stub_ticket: a new ticket whose server number 1 is the server that the call means. */
@Singleton
@Path(TicketCreateStubTicket.NAME)
public final class TicketCreateStubTicket extends WhmFunction {
  static final String NAME = "ticket_create_stub_ticket";

  private static final String SUBJECT = "Stub ticket";
  private static final int LEAST_ID = 100_000_000;
  private static final int IDS = 900_000_000;

  private final ServerChoice choice;
  private final TicketTable tickets;
  private final ClosedBefore before;
  private final Change change;
  private final LimitTable limits;
  private final SecureRandom random;

  @Inject
  TicketCreateStubTicket(
      ServerChoice choice,
      TicketTable tickets,
      ClosedBefore before,
      Change change,
      LimitTable limits,
      SecureRandom random) {
    super(Declaration.of(NAME, "Creates a stub ticket with a server in it.")
        .numbered(21)
        .requires(Privilege.SUPPORT_ACCESS)
        .changes()
        .needs(CHANGE_TICKETS, READ_SERVERS)
        .takes(ServerParameters.SERVER)
        .answers(
            Field.number("ticket_id", "The ticket's number."),
            Field.text(
                    "secure_id",
                    "The ticket's secret, which ticket_grant requires; left out of the answer to a repeat.")
                .secret()
                .optional())
        .aboutServer());
    this.choice = choice;
    this.tickets = tickets;
    this.before = before;
    this.change = change;
    this.limits = limits;
    this.random = random;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return choice.choose(call).chain(state -> Change.retrying(() -> create(call, state)));
  }

  /** An id that is taken, one in 900 million, is drawn again. */
  private Uni<Answer> create(Call call, ServerState state) {
    var secret = SecureId.generate(random);
    var ticket = new Ticket(
        LEAST_ID + random.nextInt(IDS),
        call.caller().user().name(),
        secret.digest(),
        SUBJECT,
        Ticket.Status.OPEN,
        List.of(state.server().name()),
        VendorAccess.NONE,
        List.of(),
        Given.NONE,
        call.at(),
        1);
    return limits
        .within(
            ticket.owner(),
            Limited.TICKETS,
            () -> before.countOpen(ticket.owner()),
            () -> change.commit(
                call,
                ticket.owner(),
                "ticket " + ticket.id() + " with server " + state.server().name(),
                List.of(Long.toString(ticket.id())),
                in -> {
                  tickets.create(in, ticket, Changed::new);
                  limits.add(in, ticket.owner(), Limited.TICKETS);
                }))
        .replaceWith(() -> Answer.of(
                Data.hash().with("ticket_id", ticket.id()).with("secure_id", secret.reveal()))
            .about(state.server().name().value()));
  }

  /** The secret is in no table, and so in no second answer. */
  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    var id = Long.parseLong(first.made().get(0));
    return tickets
        .find(id)
        .map(found -> found
            .filter(ticket -> ticket.isOpen() && call.caller().reaches(ticket.owner()))
            .map(ticket -> Answer.failed(
                    "Request " + first.request() + " created ticket " + id + " at " + first.at()
                        + ", and its secure_id was shown once, in that answer. Close it with"
                        + " ticket_close, and create another one with another key.",
                    Data.hash().with("ticket_id", id))
                .about(ticket.servers().get(0).value()))
            .orElseThrow(() -> first.over("Ticket " + id + " was closed since.")));
  }
}
