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
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.FanOut;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.delivery.SharedLooks;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * WHM API 1, ticket_whitelist_check. Looks now whether the firewall of a server lets in those who have a grant. What the
 * server does not say, or does not know, is never taken for well.
 */
@Singleton
@Path(TicketWhitelistCheck.NAME)
public final class TicketWhitelistCheck extends WhmFunction {
  static final String NAME = "ticket_whitelist_check";

  private final FanOut fanOut;
  private final SharedLooks looks;
  private final Clock clock;

  @Inject
  TicketWhitelistCheck(FanOut fanOut, SharedLooks looks, Clock clock) {
    super(Declaration.of(NAME, "Looks whether a server's firewall lets in those who have a grant.")
        .numbered(31)
        .asTool()
        .requires(Privilege.SUPPORT_ACCESS)
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(ServerParameters.SERVERS, ServerParameters.CURSOR, ServerParameters.WAIT)
        .answers(
            Field.text(
                "chain_status",
                "ACTIVE if the firewall, CSF's entries included, has the ranges of all grants, or has some although it should have none; else INACTIVE."),
            Field.text(
                "problem",
                "NO; NEED_SETUP if grants stand and the firewall does not let all of them in; NEED_UNSETUP if it has entries although it should have none."))
        .answers(Whitelist.REMARKS)
        .forManyServers(AskedServers.MOST));
    this.fanOut = fanOut;
    this.looks = looks;
    this.clock = clock;
  }

  /** What WHM calls a problem. */
  private enum Problem {
    NO,
    NEED_SETUP,
    NEED_UNSETUP
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var patience = ServerParameters.patience(call, clock.instant());
    return fanOut.answer(
        call,
        state -> looks.look(state, call.request(), patience).map(this::answer),
        states -> looks
            .look(states, call.request(), patience)
            .map(each -> each.stream().map(look -> look.map(this::answer)).toList()));
  }

  private Answer answer(Delivered delivered) {
    var state = delivered.state();
    var name = state.server().name();
    var stated = delivered
        .outcome()
        .statement()
        .orElseThrow(() -> WhmFailure.refused(Explanation.of(name, delivered.outcome()) + "."));
    var live = state.live(clock.instant());
    var isOpening = !live.isEmpty() && !state.isClosed();
    var isBehind = isOpening && !live.stream().allMatch(grant -> state.isStatedWith(grant, stated));
    var problem =
        switch (stated.doors().firewall()) {
          case UNKNOWN ->
            throw WhmFailure.refused("It is not known whether the firewall of " + name
                + " is open. " + Explanation.of(name, delivered.outcome()) + ".");
          case ABSENT -> Problem.NO;
          case GONE -> live.isEmpty() ? Problem.NO : Problem.NEED_SETUP;
          case WHOLE ->
            !isOpening ? Problem.NEED_UNSETUP : isBehind ? Problem.NEED_SETUP : Problem.NO;
          case PARTIAL -> isOpening ? Problem.NEED_SETUP : Problem.NEED_UNSETUP;
        };
    return Answer.of(Whitelist.data(status(stated, problem))
            .with("problem", problem.name())
            .with(Whitelist.remarks(remarks(state, stated, isBehind), Optional.of(stated))))
        .about(name.value());
  }

  private static String status(Observation stated, Problem problem) {
    return switch (stated.doors().firewall()) {
      case WHOLE, PARTIAL -> problem == Problem.NEED_SETUP ? "INACTIVE" : "ACTIVE";
      case GONE, ABSENT, UNKNOWN -> "INACTIVE";
    };
  }

  private static Stream<String> remarks(ServerState state, Observation stated, boolean isBehind) {
    var server = state.server();
    var behind = isBehind
        ? Stream.of(
            "%s has not carried out its last order: it states generation %d of epoch %d, not %d of epoch %d"
                .formatted(
                    server.name(),
                    stated.generation(),
                    stated.epoch(),
                    server.generation(),
                    server.epoch()))
        : Stream.<String>empty();
    return Stream.of(
            Remarks.closed(state), behind, Remarks.of(server.name(), Optional.of(stated)).stream())
        .flatMap(sentences -> sentences);
  }
}
