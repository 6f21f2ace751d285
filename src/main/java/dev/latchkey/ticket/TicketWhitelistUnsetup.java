package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
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
import dev.latchkey.server.StatedDoor.State;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.stream.Stream;

/**
 * WHM API 1, ticket_whitelist_unsetup: an emergency brake. Takes the ranges of all grants out of the firewall of a server,
 * and keeps them out although the grants stand, until ticket_grant or ticket_whitelist_setup. {@code result} 1 means that
 * the server has stated it; until then it is 0, the order stands and is repeated, and calling again is harmless.
 */
@Singleton
@Path(TicketWhitelistUnsetup.NAME)
public final class TicketWhitelistUnsetup extends WhmFunction {
  static final String NAME = "ticket_whitelist_unsetup";

  private final ServerChoice choice;
  private final ServerTable servers;
  private final Change change;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  TicketWhitelistUnsetup(
      ServerChoice choice,
      ServerTable servers,
      Change change,
      Convergence convergence,
      Clock clock) {
    super(Declaration.of(NAME, "Closes a server's firewall to all grants until it is opened again.")
        .numbered(33)
        .requires(Privilege.SUPPORT_ACCESS)
        .closes()
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(ServerParameters.SERVER, ServerParameters.WAIT)
        .answers(
            Field.text(
                "chain_status",
                "INACTIVE if the server has stated that its firewall, CSF's entries included, has no entry of a grant; else ERR_UNSETUP or ERR_UNKNOWN, and result is 0."))
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
    return Change.retrying(() -> choice.choose(call).chain(before -> close(call, before)))
        .chain(state -> convergence.deliver(
            state, call.request(), ServerParameters.patience(call, clock.instant())))
        .map(this::answer);
  }

  private Uni<ServerState> close(Call call, ServerState before) {
    var server = before.server();
    if (before.isClosed() || before.wanted().isEmpty() && server.generation() > 0) {
      return Uni.createFrom().item(before);
    }
    // Before its first generation no order would tell a server to close what somebody left there.
    var after = before.wanted().isEmpty()
        ? before.again(call.at())
        : before.with(Firewall.CLOSED, call.at());
    var what = "closed the firewall of " + server.name() + ", where "
        + Whitelist.standing(before.live(call.at()).size());
    return change
        .commit(call, server.owner(), what, in -> {
          before.grants().forEach(grant -> in.about(grant.ticket()));
          servers.write(in, before, after);
        })
        .replaceWith(after);
  }

  private Answer answer(Delivered delivered) {
    var name = delivered.state().server().name();
    var stated = delivered.outcome().statement();
    var data = Whitelist.data(DoorStatus.firewall(delivered.outcome(), false))
        .with(Whitelist.remarks(remarks(delivered), stated));
    var isClosed = stated
        .map(seen -> seen.doors().firewall())
        .filter(state -> state == State.GONE || state == State.ABSENT)
        .isPresent();
    var answer = isClosed ? Answer.of(data) : Answer.failed(whyOpen(delivered), data);
    return answer.about(name.value());
  }

  private static String whyOpen(Delivered delivered) {
    var state = delivered.state();
    return !state.isClosed() && !state.wanted().isEmpty()
        ? "another call opened the firewall of " + state.server().name()
            + " meanwhile, which stands."
        : "closing: " + Explanation.of(state.server().name(), delivered.outcome())
            + "; the order stands and is repeated.";
  }

  /** What the brake does not do, as long as grants stand. */
  private Stream<String> remarks(Delivered delivered) {
    var name = delivered.state().server().name();
    var stated = delivered.outcome().statement();
    var grants = delivered.state().live(clock.instant()).size();
    var standing = grants == 0
        ? Stream.<String>empty()
        : Stream.of(
            Whitelist.standing(grants) + " on " + name
                + ": keys still log in where the firewall lets them in anyway, and live connections go on;"
                + " ticket_revoke ends access, ticket_grant or ticket_whitelist_setup opens the firewall again");
    var absent = stated
        .filter(seen -> seen.doors().firewall() == State.ABSENT)
        .map(seen -> name + " has no firewall that could have been closed")
        .stream();
    return Stream.of(absent, standing, Remarks.of(name, stated).stream())
        .flatMap(sentences -> sentences);
  }
}
