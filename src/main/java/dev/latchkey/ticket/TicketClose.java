package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.CHANGE_TICKETS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.GrantEnding;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Closes a ticket and ends every access that it was granted (an extension). */
@Singleton
@Path(TicketClose.NAME)
public final class TicketClose extends WhmFunction {
  static final String NAME = "ticket_close";

  private final Portal portal;
  private final TicketTable tickets;
  private final ServerTable servers;
  private final GrantEnding ending;
  private final Change change;
  private final LimitTable limits;

  @Inject
  TicketClose(
      Portal portal,
      TicketTable tickets,
      ServerTable servers,
      GrantEnding ending,
      Change change,
      LimitTable limits) {
    super(Declaration.of(NAME, "Closes a ticket and takes its vendor off all its servers.")
        .numbered(20)
        .asTool()
        .requires(Privilege.SUPPORT_ACCESS)
        .closes()
        .needs(CHANGE_TICKETS, CHANGE_SERVERS, RUN_COMMAND)
        .takes(TicketParameters.TICKET_ID, UnattributedData.PARAMETER, ServerParameters.WAIT)
        .answers(
            Field.number("ticket_id", "The ticket's number."),
            Field.text("ticket_status", "CLOSED."),
            Field.number("revoked_keys", "How many keys are proven gone."),
            Field.texts("non_fatals", "Remarks of the servers, a sentence each.")
                .atMost(Remarks.MOST),
            UnattributedData.FIELD)
        .extension());
    this.portal = portal;
    this.tickets = tickets;
    this.servers = servers;
    this.ending = ending;
    this.change = change;
    this.limits = limits;
  }

  /**
   * The closed ticket.
   *
   * @param on the servers that it still was granted access to
   * @param removed those that it was granted access to and that are not registered any more
   */
  private record Closed(Ticket ticket, List<ServerState> on, List<ServerName> removed) {}

  @Override
  public Uni<Answer> answer(Call call) {
    return Change.retrying(() -> portal.ticket(call).chain(ticket -> close(call, ticket)))
        .chain(closed -> Unis.all(
                closed.on(), state -> ending.deliver(call, state, UnattributedData.named(call)))
            .map(delivered -> answer(call, closed, delivered)));
  }

  private Uni<Closed> close(Call call, Ticket ticket) {
    return Unis.all(ticket.grantedServers(), servers::find).chain(found -> {
      var on = found.stream()
          .flatMap(Optional::stream)
          .filter(state -> !state.grantsOf(ticket.id()).isEmpty())
          .toList();
      var there = found.stream()
          .flatMap(Optional::stream)
          .map(state -> state.server().name())
          .toList();
      var removed =
          ticket.grantedServers().stream().filter(name -> !there.contains(name)).toList();
      var listed = TicketItem.listedKey(ticket).sk();
      var after = on.stream()
          .map(state -> state.endingAll(ticket.id(), listed, call.at()))
          .toList();
      // With a repeat they go with the order again.
      var sessions = call.first().isPresent() ? List.of() : UnattributedData.named(call);
      if (on.isEmpty() && !sessions.isEmpty()) {
        throw UnattributedData.nothingEnds(
            "ticket " + ticket.id() + " has no access that is not proven gone");
      }
      if (!ticket.isOpen() && after.equals(on) && sessions.isEmpty()) {
        return Uni.createFrom().item(new Closed(ticket, on, removed));
      }
      var what =
          "closed ticket " + ticket.id() + GrantEnding.describe(UnattributedData.named(call));
      return change
          .commit(call, ticket.owner(), what, List.of("" + standing(ticket, on)), in -> {
            if (ticket.isOpen() || !after.equals(on)) {
              tickets.close(in, ticket, standing(ticket, on));
            } else {
              tickets.touch(in, ticket);
            }
            if (ticket.isOpen()) {
              limits.remove(in, ticket.owner(), Limited.TICKETS, 1);
            }
            for (var i = 0; i < on.size(); i++) {
              if (!after.get(i).equals(on.get(i))) {
                servers.write(in, on.get(i), after.get(i));
              }
            }
          })
          .replaceWith(new Closed(ticket, after, removed));
    });
  }

  private static int standing(Ticket ticket, List<ServerState> on) {
    return on.stream().mapToInt(state -> state.grantsOf(ticket.id()).size()).sum();
  }

  private static Answer answer(Call call, Closed closed, List<Delivered> delivered) {
    var id = closed.ticket().id();
    var left = new ArrayList<String>();
    var remarks = new ArrayList<String>();
    var unattributed = new ArrayList<Data>();
    var ended = 0;
    for (var i = 0; i < delivered.size(); i++) {
      var result = delivered.get(i);
      var name = result.state().server().name();
      var open = result.state().grantsOf(id);
      open.forEach(grant -> left.add(EndVerdict.whyNotProven(grant, result)));
      var before = closed.on().get(i).grantsOf(id);
      ended += before.size() - open.size();
      before.stream()
          .flatMap(grant -> EndVerdict.end(grant, result).flatMap(EndVerdict::runsOn).stream())
          .forEach(sentence -> remarks.add(name + ": " + sentence));
      remarks.addAll(Remarks.of(name, result.outcome().statement()));
      unattributed.addAll(UnattributedData.entries(
          name, open.stream().flatMap(grant -> EndVerdict.end(grant, result).stream())));
    }
    closed
        .removed()
        .forEach(name -> remarks.add("“" + name
            + "” was removed; ticket_receipt says whether it had stated that the access is gone."));
    var data = Data.hash()
        .with("ticket_id", id)
        .with("ticket_status", Ticket.Status.CLOSED.name())
        .with(
            "revoked_keys",
            stood(call)
                .filter(all -> closed.removed().isEmpty())
                .map(all -> all - left.size())
                .orElse(ended))
        .with("non_fatals", Remarks.data(remarks.stream()))
        .with(UnattributedData.hash(unattributed));
    return left.isEmpty() ? Answer.of(data) : Answer.failed(String.join(" ", left), data);
  }

  /** How many grants the call whose repeat this is had to end. */
  private static Optional<Integer> stood(Call call) {
    return call.first().flatMap(first -> first.made().stream().findFirst()).map(Integer::valueOf);
  }
}
