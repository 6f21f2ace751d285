package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.READ_SERVERS;
import static dev.latchkey.api.Permission.READ_TICKETS;
import static java.util.function.Predicate.not;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.server.GrantKey;
import dev.latchkey.server.Receipt;
import dev.latchkey.server.ReceiptTable;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Unis;
import dev.latchkey.ticket.Ticket.Place;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the servers of a ticket stated when its access was gone: the proof (an extension). */
@Singleton
@Path(TicketReceipt.NAME)
public final class TicketReceipt extends WhmFunction {
  static final String NAME = "ticket_receipt";

  private static final Parameter<Optional<Long>> SERVER_NUM = Parameter.optional(
      "server_num",
      ParameterType.positive(),
      "The number of one server inside the ticket; all of them by default.");

  private static final long MOST = 100;

  private static final Parameter<Long> LIMIT = Parameter.defaulting(
      "limit",
      ParameterType.integer(1, MOST),
      MOST,
      "How many receipts to return at most, 1 to " + MOST + ".");

  private static final long LAST_SECOND = 253_402_300_799L;

  private static final Parameter<Long> UNTIL = Parameter.defaulting(
      "until",
      ParameterType.integer(0, LAST_SECOND),
      LAST_SECOND,
      "Only receipts stated before this time, in seconds since 1970.");

  private static final Field RECEIPTS = Field.list(
      "receipts", "One for each grant that is proven gone, newest first.", ReceiptData.FIELDS);

  private static final Field UNPROVEN = Field.texts(
          "unproven",
          "Access that nobody proved gone, and of which no server is asked any more, as it was removed: a line each; left out if there is none, or with “until”.")
      .atMost(Ticket.MOST_PLACES)
      .optional();

  private final Portal portal;
  private final ReceiptTable receipts;
  private final ServerTable servers;

  @Inject
  TicketReceipt(Portal portal, ReceiptTable receipts, ServerTable servers) {
    super(Declaration.of(NAME, "Shows what servers stated when a ticket's access was gone.")
        .numbered(26)
        .asTool()
        .requires(Privilege.SUPPORT_ACCESS)
        .needs(READ_TICKETS, READ_SERVERS)
        .takes(TicketParameters.TICKET_ID, SERVER_NUM, LIMIT, UNTIL)
        .answers(RECEIPTS, PendingData.FIELD, UNPROVEN)
        .extension());
    this.portal = portal;
    this.receipts = receipts;
    this.servers = servers;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return portal.ticket(call).chain(ticket -> {
      var places = places(call, ticket);
      var names = places.stream().map(GrantKey::server).distinct().toList();
      return receipts(call, places)
          .chain(proven -> Unis.all(names, servers::find)
              .map(found -> answer(
                  call,
                  ticket,
                  places,
                  proven,
                  found.stream().flatMap(Optional::stream).toList())));
    });
  }

  private Uni<List<Receipt>> receipts(Call call, List<GrantKey> places) {
    var most = Math.toIntExact(LIMIT.from(call));
    var until = Instant.ofEpochSecond(UNTIL.from(call));
    return Unis.all(places, place -> receipts.newestFirst(place, until, most))
        .map(all -> all.stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparing(Receipt::statedAt).reversed())
            .toList());
  }

  private static Answer answer(
      Call call,
      Ticket ticket,
      List<GrantKey> places,
      List<Receipt> proven,
      List<ServerState> states) {
    var pending = states.stream()
        .flatMap(state -> state.ending().stream()
            .filter(grant ->
                places.contains(new GrantKey(state.server().name(), ticket.id(), grant.user())))
            .filter(grant -> grant.ticket() == ticket.id())
            .map(grant -> PendingData.of(state.server(), grant)))
        .toList();
    var data = Data.hash()
        .with(
            RECEIPTS.name(),
            new Data.Sequence(
                proven.stream().limit(LIMIT.from(call)).map(ReceiptData::of).toList()));
    var unproven = UNTIL.from(call) < LAST_SECOND
        ? List.<String>of()
        : Unproven.of(ticket, granted(call, ticket), states, proven);
    return Answer.of(data.with(
            PendingData.FIELD.name(),
            Optional.of(pending).filter(not(List::isEmpty)).map(Data.Sequence::new))
        .with(UNPROVEN.name(), Optional.of(unproven).filter(not(List::isEmpty)).map(Data::texts)));
  }

  private static List<GrantKey> places(Call call, Ticket ticket) {
    return granted(call, ticket).stream()
        .flatMap(place -> ticket.server(place.number()).stream()
            .map(name -> new GrantKey(name, ticket.id(), place.user())))
        .toList();
  }

  private static List<Place> granted(Call call, Ticket ticket) {
    var number = SERVER_NUM.from(call);
    number.ifPresent(asked -> {
      if (ticket.server(asked).isEmpty()) {
        throw SERVER_NUM.refused("ticket " + ticket.id() + " has no server " + asked + ".");
      }
    });
    return ticket.granted().stream()
        .filter(place -> number.isEmpty() || number.get() == place.number())
        .toList();
  }
}
