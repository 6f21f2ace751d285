package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.QUERY;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.server.Receipt;
import dev.latchkey.server.ReceiptTable;
import dev.latchkey.server.ServerName;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;

/** What the servers of a ticket stated when its access was gone: the proof (an extension). */
@Singleton
@Path(TicketReceipt.NAME)
public final class TicketReceipt extends WhmFunction {
  static final String NAME = "ticket_receipt";

  private static final int MOST_CHARACTERS = 24_000;
  private static final int MOST_NESTED = 12;

  private static final Parameter<Optional<Long>> SERVER_NUM = Parameter.optional(
      "server_num",
      ParameterType.positive(),
      "The number of one server inside the ticket; all of them by default.");

  private static final Field RECEIPTS = Field.list(
      "receipts",
      "One for each grant that is proven gone, by server, account and time.",
      Field.number("ticket_id", "The ticket's number."),
      Field.number("server_num", "The number of the server inside the ticket."),
      Field.text("server_name", "The server's name."),
      Field.text("ssh_username", "The account that the vendor logged in to."),
      Field.text("fingerprint", "The SHA-256 fingerprint of the vendor's key."),
      Field.text("reason", "Why the access was taken away: REVOKED, EXPIRED, CLOSED or FAILED."),
      Field.time("granted_at", "When it was granted."),
      Field.time("ended_at", "When its end was asked for."),
      Field.time("stated_at", "When the server stated that it is gone, by the server's clock."),
      Field.number("generation", "The generation of the order that the server carried out."),
      Field.anyHash(
          "statement",
          "What the server stated, as the agent's documentation describes it in “ended”."));

  private final Portal portal;
  private final ReceiptTable receipts;

  @Inject
  TicketReceipt(Portal portal, ReceiptTable receipts) {
    super(Declaration.of(NAME, "Shows what servers stated when a ticket's access was gone.")
        .requires(Privilege.SUPPORT_ACCESS)
        .needs(QUERY)
        .takes(TicketParameters.TICKET_ID, SERVER_NUM)
        .answers(RECEIPTS)
        .extension());
    this.portal = portal;
    this.receipts = receipts;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return portal
        .ticket(call)
        .chain(ticket -> Unis.all(servers(call, ticket), name -> receipts.find(name, ticket.id())))
        .map(all -> Answer.of(Data.hash()
            .with(
                "receipts",
                new Data.Sequence(all.stream()
                    .flatMap(List::stream)
                    .<Data>map(TicketReceipt::data)
                    .toList()))));
  }

  private static List<ServerName> servers(Call call, Ticket ticket) {
    return SERVER_NUM
        .from(call)
        .map(number -> List.of(ticket
            .server(number)
            .orElseThrow(() ->
                SERVER_NUM.refused("ticket " + ticket.id() + " has no server " + number + "."))))
        .orElseGet(ticket::grantedServers);
  }

  private static Data data(Receipt receipt) {
    return Data.hash()
        .with("ticket_id", receipt.ticket())
        .with("server_num", receipt.number())
        .with("server_name", receipt.server().value())
        .with("ssh_username", receipt.user().value())
        .with("fingerprint", receipt.fingerprint())
        .with("reason", receipt.reason().name())
        .with("granted_at", TicketData.time(receipt.grantedAt()))
        .with("ended_at", TicketData.time(receipt.endedAt()))
        .with("stated_at", TicketData.time(receipt.statedAt()))
        .with("generation", receipt.generation())
        .with("statement", Json.read(receipt.statement(), MOST_CHARACTERS, MOST_NESTED));
  }
}
