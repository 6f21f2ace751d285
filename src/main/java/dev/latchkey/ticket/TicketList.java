package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.READ_SERVERS;
import static dev.latchkey.api.Permission.READ_TICKETS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.list.AskedPage;
import dev.latchkey.server.Grant;
import dev.latchkey.server.GrantKey;
import dev.latchkey.server.ReadGrants;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerTable;
import dev.latchkey.server.StatedReach;
import dev.latchkey.store.Items;
import dev.latchkey.text.Quoted;
import dev.latchkey.ticket.Ticket.Place;
import dev.latchkey.ticket.Ticket.Status;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** WHM API 1, ticket_list: open tickets, and closed ones whose access still stands somewhere. */
@Singleton
@Path(TicketList.NAME)
public final class TicketList extends WhmFunction {
  static final String NAME = "ticket_list";

  private static final Parameter<Optional<Long>> TICKET_ID =
      Parameter.optional("ticket_id", ParameterType.positive(), "Only the ticket of this number.");

  private static final Parameter<Optional<Long>> SERVER_NUM = Parameter.optional(
      "server_num", ParameterType.positive(), "Only servers of this number inside their tickets.");

  private static final Parameter<Status> STATUS = Parameter.defaulting(
      "ticket_status",
      ParameterType.text(TicketList::status).choosing("open", "closed"),
      Status.OPEN,
      "“open” for the open tickets and those whose access still stands somewhere, “closed” for the others (an extension).");

  private static final int MOST_CLOSED = 1000;
  private static final List<String> REMARKS_NONE = List.of();
  private static final String OLDER = "There are more than " + MOST_CLOSED
      + " closed tickets; only the newest are read. api.chunk.enable=1 with api.chunk.start and api.chunk.size lists the others.";

  private static final Field AUTHS = Field.list(
      "auths",
      "The open tickets, and the closed ones whose access still stands somewhere, by owner and number; or the closed ones, the newest of each owner first.",
      Field.number("ticket_id", "The ticket's number."),
      Field.text("ticket_status", "OPEN or CLOSED."),
      Field.text("ticket_subject", "The ticket's subject."),
      Field.list(
          "servers",
          "The servers of the ticket, once for each account that was granted access, or once if none was. With ticket_id, also how the vendor comes to them.",
          Field.all(
              List.of(
                  Field.text(
                      "auth_status",
                      "AUTHED if the server has stated that it would admit a login, NOT_AUTHED if not, EXPIRED if the time of the grant is over."),
                  Field.time("auth_time", "When the server stated so; left out until then.")
                      .optional(),
                  Field.time(
                          "expires_at",
                          "When the access ends by itself (an extension); left out if none is granted.")
                      .optional(),
                  Field.text(
                          "granted_by",
                          "The user whose token granted it, or granted it again last (an extension); left out if none is granted, or by an earlier release.")
                      .optional(),
                  Field.text(
                          "granted_by_token", "That token's name, as it was then (an extension).")
                      .optional(),
                  Field.text(
                          "granted_by_token_id",
                          "That token's lasting id, as in the audit and the log (an extension).")
                      .optional(),
                  Field.text(
                          "ending",
                          "Why the access is being taken away (an extension): REVOKED, EXPIRED, CLOSED or FAILED; left out if it is not.")
                      .optional(),
                  Field.flag(
                          "held",
                          "1 if the grant is held (an extension): no order carries it until ticket_hold_end lets or ends it; left out if it is not.")
                      .optional(),
                  Field.text("server_name", "The server's name."),
                  Field.number("server_num", "The number of the server inside the ticket."),
                  Field.text("ssh_username", "The account that the vendor logs in to.")),
              ReachData.FIELDS)));

  private final TicketTable tickets;
  private final ServerTable servers;

  @Inject
  TicketList(TicketTable tickets, ServerTable servers) {
    super(
        Declaration.of(NAME, "Lists tickets, their servers, and who may log in.")
            .numbered(25)
            .asTool()
            .requires(Privilege.SUPPORT_ACCESS)
            .needs(READ_TICKETS, READ_SERVERS)
            .takes(TICKET_ID, SERVER_NUM, TicketParameters.SSH_USERNAME, STATUS)
            .answers(
                AUTHS,
                Field.texts(
                    "non_fatals",
                    "Says so if there are more closed tickets than are read, and names what is damaged in the table; else empty.")));
    this.tickets = tickets;
    this.servers = servers;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var owner = call.caller().holds(Privilege.ALL)
        ? Optional.<String>empty()
        : Optional.of(call.caller().user().name());
    var page = AskedPage.of(call.arguments());
    var isOpen = STATUS.from(call) == Status.OPEN;
    if (TICKET_ID.from(call).isPresent()) {
      return tickets
          .find(TICKET_ID.from(call).get())
          .map(found -> found.filter(ticket -> call.caller().reaches(ticket.owner())).stream()
              .filter(ticket -> isOpen || !ticket.isOpen())
              .toList())
          .chain(found -> standing(found).map(kept -> isOpen ? kept : without(found, kept)))
          .chain(found -> answer(call, found, Optional.empty(), REMARKS_NONE));
    }
    return isOpen
        ? open(owner, page).chain(all -> answer(call, all.read(), page, all.remarks()))
        : closed(call, owner, page);
  }

  /** The first ones until the end of the page, or all where a closed one among them turns out to be gone everywhere. */
  private Uni<Items<Ticket>> open(Optional<String> owner, Optional<AskedPage> page) {
    var most = page.map(AskedPage::most).orElse(Integer.MAX_VALUE);
    return tickets
        .listed(owner, most)
        .chain(listed -> standing(listed)
            .chain(kept -> kept.read().size() == listed.read().size() || most == Integer.MAX_VALUE
                ? Uni.createFrom().item(kept)
                : tickets.listed(owner, Integer.MAX_VALUE).chain(this::standing)));
  }

  private Uni<Items<Ticket>> standing(Items<Ticket> all) {
    return standing(all.read()).map(kept -> new Items<>(kept, all.damaged()));
  }

  /** Those that are open or still have a grant somewhere. */
  private Uni<List<Ticket>> standing(List<Ticket> all) {
    var closed = all.stream().filter(ticket -> !ticket.isOpen()).toList();
    return servers
        .eachGrantNow(keys(closed))
        .map(grants -> all.stream()
            .filter(ticket -> ticket.isOpen() || ticket.grantKeys().stream().anyMatch(grants::has))
            .toList());
  }

  private Uni<Answer> closed(Call call, Optional<String> owner, Optional<AskedPage> page) {
    return tickets
        .closed(owner, page.map(AskedPage::most).orElse(MOST_CLOSED + 1))
        .chain(listed -> {
          var read = listed.read();
          var isCut = page.isEmpty() && read.size() > MOST_CLOSED;
          return answer(
              call,
              isCut ? read.subList(0, MOST_CLOSED) : read,
              page,
              Stream.concat(isCut ? Stream.of(OLDER) : Stream.of(), listed.remarks().stream())
                  .toList());
        });
  }

  private static List<Ticket> without(List<Ticket> all, List<Ticket> some) {
    return all.stream().filter(ticket -> !some.contains(ticket)).toList();
  }

  private static List<GrantKey> keys(List<Ticket> of) {
    return of.stream().flatMap(ticket -> ticket.grantKeys().stream()).toList();
  }

  private Uni<Answer> answer(
      Call call, List<Ticket> read, Optional<AskedPage> page, List<String> remarks) {
    var shown = page.map(asked -> asked.cut(read)).orElse(read);
    // Nothing of a closed ticket stands that is not among the open ones.
    var granted = STATUS.from(call) == Status.OPEN ? keys(shown) : List.<GrantKey>of();
    // Statements are long: those of the servers of one ticket are read, and of a list none.
    var reached = TICKET_ID.from(call).isPresent() && !shown.isEmpty()
        ? servers.reaches(shown.get(0).servers())
        : Uni.createFrom().item(Map.<ServerName, StatedReach>of());
    // Who reads AUTHED after a proven revoke, or NOT_AUTHED after a grant, would act by it.
    return Uni.combine()
        .all()
        .unis(servers.eachGrantNow(granted), reached)
        .with((grants, reaches) -> {
          var auths = shown.stream()
              .<Data>map(ticket -> auth(call, ticket, grants, reaches))
              .toList();
          var all = Stream.concat(remarks.stream(), remarks(grants));
          var answer = Answer.of(Data.hash()
              .with("auths", new Data.Sequence(auths))
              .with("non_fatals", Data.texts(all.toList())));
          return page.isPresent() ? answer.pageOf(read.size()) : answer;
        });
  }

  private static Stream<String> remarks(ReadGrants of) {
    return of.damaged().stream()
        .map(key ->
            "The access of ticket " + key.ticket() + " to " + key.server() + " as " + key.user()
                + " is damaged in the table: it may stand, and nothing more is known of it.")
        .sorted();
  }

  private static Data auth(
      Call call, Ticket ticket, ReadGrants grants, Map<ServerName, StatedReach> reaches) {
    var number = SERVER_NUM.from(call);
    var user = TicketParameters.SSH_USERNAME.from(call);
    var shown = ticket.places().stream()
        .filter(place -> number.isEmpty() || number.get() == place.number())
        .filter(place -> user.isEmpty() || user.get().equals(place.user()))
        .<Data>map(place -> server(call.at(), ticket, place, grants, reaches))
        .toList();
    return Data.hash()
        .with("ticket_id", ticket.id())
        .with("ticket_status", ticket.status().name())
        .with("ticket_subject", ticket.subject())
        .with("servers", new Data.Sequence(shown));
  }

  private static Data server(
      Instant now,
      Ticket ticket,
      Place place,
      ReadGrants grants,
      Map<ServerName, StatedReach> reaches) {
    var name = ticket.server(place.number()).orElseThrow();
    var key = new GrantKey(name, ticket.id(), place.user());
    var grant = Optional.ofNullable(grants.known().get(key));
    return Data.hash()
        .with(
            "auth_status",
            grant.map(held -> status(held, now)).orElse(grants.has(key) ? "AUTHED" : "NOT_AUTHED"))
        .with("auth_time", grant.flatMap(Grant::authorizedAt).map(TicketData::time))
        .with("expires_at", grant.map(Grant::expiresAt).map(TicketData::time))
        .with("granted_by", grant.flatMap(Grant::by).map(by -> Data.text(by.user())))
        .with("granted_by_token", grant.flatMap(Grant::by).map(by -> Data.text(by.name())))
        .with("granted_by_token_id", grant.flatMap(Grant::by).map(by -> Data.text(by.token())))
        .with(
            "ending",
            grant.flatMap(Grant::end).map(end -> Data.text(end.reason().name())))
        .with("held", grant.filter(Grant::isHeld).map(of -> Data.flag(true)))
        .with("server_name", name.value())
        .with("server_num", place.number())
        .with("ssh_username", place.user().value())
        .with(ReachData.of(reaches.getOrDefault(name, StatedReach.UNKNOWN), place.user()));
  }

  private static Status status(String text) {
    return switch (text) {
      case "open" -> Status.OPEN;
      case "closed" -> Status.CLOSED;
      default ->
        throw new IllegalArgumentException(
            "“" + Quoted.of(text) + "” is neither “open” nor “closed”.");
    };
  }

  /** As long as its end is not proven, whoever was authorized may still be. */
  private static String status(Grant grant, Instant now) {
    if (grant.expiredAt(now)) {
      return "EXPIRED";
    }
    return grant.authorizedAt().isPresent() || grant.isEnding() ? "AUTHED" : "NOT_AUTHED";
  }
}
