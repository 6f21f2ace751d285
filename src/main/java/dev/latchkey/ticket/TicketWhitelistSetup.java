package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.DoorStatus;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.Firewall;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.stream.Stream;

/**
 * WHM API 1, ticket_whitelist_setup. Has a server enter the ranges of its grants into its firewall once more, also where
 * ticket_whitelist_unsetup had closed it. Without a grant there is nothing to enter, and nothing that would end it.
 */
@Singleton
@Path(TicketWhitelistSetup.NAME)
public final class TicketWhitelistSetup extends WhmFunction {
  static final String NAME = "ticket_whitelist_setup";

  private final ServerChoice choice;
  private final ServerTable servers;
  private final Change change;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  TicketWhitelistSetup(
      ServerChoice choice,
      ServerTable servers,
      Change change,
      Convergence convergence,
      Clock clock) {
    super(Declaration.of(NAME, "Opens a server's firewall for the grants that stand, once more.")
        .numbered(32)
        .requires(Privilege.SUPPORT_ACCESS)
        .changes()
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(ServerParameters.SERVER, ServerParameters.WAIT)
        .answers(
            Field.text(
                "chain_status",
                "ACTIVE if the server has stated that its firewall, CSF's entries included, lets all grants in; INACTIVE if it has no firewall; else ERR_SETUP or ERR_UNKNOWN, and non_fatals says why."))
        .answers(Whitelist.REMARKS)
        .aboutServer());
    this.choice = choice;
    this.servers = servers;
    this.change = change;
    this.convergence = convergence;
    this.clock = clock;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return Change.retrying(() -> choice.choose(call).chain(before -> open(call, before)))
        .chain(state -> convergence.deliver(
            state, call.request(), ServerParameters.patience(call, clock.instant())))
        .map(TicketWhitelistSetup::answer);
  }

  private Uni<ServerState> open(Call call, ServerState before) {
    var name = before.server().name();
    var grants = before.live(call.at()).size();
    if (grants == 0) {
      throw WhmFailure.refused(
          "no grant stands on “" + name + "”; ticket_grant opens the firewall.");
    }
    if (!before.isClosed()) {
      return Uni.createFrom().item(before);
    }
    var after = before.with(Firewall.OPEN, call.at());
    var what = "opened the firewall of " + name + ", where " + Whitelist.standing(grants);
    return change
        .commit(call, before.server().owner(), what, in -> {
          before.grants().forEach(grant -> in.about(grant.ticket()));
          servers.write(in, before, after);
        })
        .replaceWith(after);
  }

  private static Answer answer(Delivered delivered) {
    var name = delivered.state().server().name();
    var stated = delivered.outcome().statement();
    var remarks = stated.isPresent()
        ? Stream.of(
                Remarks.closed(delivered.state()),
                whyClosed(delivered),
                Remarks.of(name, stated).stream())
            .flatMap(sentences -> sentences)
        : Stream.of(Explanation.of(name, delivered.outcome())
            + "; the order stands and is carried out as soon as the server can be reached");
    return Answer.of(Whitelist.data(DoorStatus.firewall(delivered.outcome(), true))
            .with(Whitelist.remarks(remarks, stated)))
        .about(name.value());
  }

  /** What no door has a problem for. */
  private static Stream<String> whyClosed(Delivered delivered) {
    var name = delivered.state().server().name();
    return delivered.outcome().statement().stream()
        .flatMap(stated -> switch (stated.doors().firewall()) {
          case GONE -> Stream.of(name + " states that its firewall has no entry of a grant");
          case ABSENT -> Stream.of(name + " has no firewall that would have to be opened");
          case WHOLE, PARTIAL, UNKNOWN -> Stream.<String>empty();
        });
  }
}
