package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.CHANGE_TICKETS;
import static dev.latchkey.api.Permission.RUN_COMMAND;
import static java.util.stream.Collectors.toSet;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.delivery.GrantEnding;
import dev.latchkey.server.Grant;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Unis;
import dev.latchkey.ticket.RemovalData.Removed;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * WHM API 1, ticket_remove_closed: takes the vendors of your closed tickets off every server that they are not proven gone
 * from. {@code result} 1 means that each of these servers has stated it, and that no ticket was left for later.
 */
@Singleton
@Path(TicketRemoveClosed.NAME)
public final class TicketRemoveClosed extends WhmFunction {
  static final String NAME = "ticket_remove_closed";

  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");

  private final ClosedAccess closed;
  private final ServerTable servers;
  private final GrantEnding ending;

  @Inject
  TicketRemoveClosed(ClosedAccess closed, ServerTable servers, GrantEnding ending) {
    super(
        Declaration.of(NAME, "Takes the vendors of closed tickets off all servers, and proves it.")
            .numbered(44)
            .requires(Privilege.SUPPORT_ACCESS)
            .closes()
            .needs(CHANGE_TICKETS, CHANGE_SERVERS, RUN_COMMAND)
            .takes(ServerParameters.WAIT)
            .answers(RemovalData.FIELDS));
    this.closed = closed;
    this.servers = servers;
    this.ending = ending;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return closed.ownedBy(call.caller().user().name()).chain(all -> {
      var choice = RemovalChoice.of(all, call.request().hashCode());
      var tickets = all.stream().map(listed -> listed.ticket().id()).collect(toSet());
      return closed
          .standing(choice.chosen())
          .chain(on -> Unis.all(
              on.entrySet(), entry -> remove(call, entry.getKey(), entry.getValue(), tickets)))
          .map(removed -> RemovalData.answer(
              removed,
              choice.rest().stream().filter(listed -> mayStand(listed, removed)).toList()));
    });
  }

  /**
   * What goes wrong with one server is that one's alone.
   *
   * @param known the grants there of the tickets that were chosen
   * @param tickets all that are closed: the order ends the others too
   */
  private Uni<Removed> remove(Call call, ServerName name, List<Grant> known, Set<Long> tickets) {
    return Change.retrying(() -> servers
            .find(name)
            .chain(found -> found
                .map(state -> ending.wantClosed(call, state, tickets))
                .orElseGet(() -> Uni.createFrom().nullItem())))
        .chain(state -> state == null
            ? Uni.createFrom()
                .item(Removed.failed(
                    name, known, name + " was removed meanwhile; what stands there is not known."))
            : ending
                .deliver(call, state, List.of())
                .map(delivered -> Removed.of(state, tickets, delivered)))
        .onFailure()
        .recoverWithItem(failure -> {
          LOG.errorf(failure, "closed tickets are not removed from %s", name);
          return Removed.failed(
              name,
              known,
              "revoking: no order could be sent to " + name
                  + " now; the reconciler goes on with it.");
        });
  }

  /** Nothing is known of places where this call did not come; what it was not told of may stand. */
  private static boolean mayStand(ListedTicket listed, List<Removed> removed) {
    return !listed.ticket().grantKeys().stream()
        .allMatch(key -> removed.stream().anyMatch(server -> server.provesGone(key)));
  }
}
