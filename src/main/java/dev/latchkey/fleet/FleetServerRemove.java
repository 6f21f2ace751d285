package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.CHANGE_FINDINGS;
import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.Order;
import dev.latchkey.server.AuthorizedKey;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.ClosedTicketTable;
import dev.latchkey.server.ClosedTicketTable.Gone;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Takes a server out of the fleet, while no grant stands on it and none is unproven but by {@code api.unproven}, and with {@code api.uninstall} the agent off it before: then
 * only with the server's proof that nothing of ours is left (an extension).
 */
@Singleton
@Path(FleetServerRemove.NAME)
public final class FleetServerRemove extends WhmFunction {
  static final String NAME = "fleet_server_remove";

  private static final Parameter<Boolean> UNINSTALL = Parameter.defaulting(
      "api.uninstall",
      ParameterType.FLAG,
      false,
      "1 to take the agent and all that it made off the server first, and to remove the server only when it has stated that nothing is left (an extension).");

  private static final Parameter<Boolean> UNPROVEN = Parameter.defaulting(
      "api.unproven",
      ParameterType.FLAG,
      false,
      "1 to remove it although it has not stated that grants are gone which have expired, as it never comes back; they are named (an extension).");

  private static final Field LOST = Field.texts(
          "unproven",
          "The grants whose end nobody proved, a line each; left out if there are none, and in the answer to a repeat.")
      .atMost(ServerState.MOST_GRANTS)
      .optional();

  private static final Field STAYS = Field.texts(
          "stays",
          "Keys of authorizesshkey that no authorize=0 has taken out, a line each: they go on letting root in, and no function names them any more; left out if there are none, and in the answer to a repeat.")
      .atMost(AuthorizedKeyTable.MOST)
      .optional();

  private final ServerChoice choice;
  private final ServerTable servers;
  private final AuthorizedKeyTable keys;
  private final ClosedTicketTable closedTickets;
  private final Change change;
  private final LimitTable limits;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  FleetServerRemove(
      ServerChoice choice,
      ServerTable servers,
      AuthorizedKeyTable keys,
      ClosedTicketTable closedTickets,
      Change change,
      LimitTable limits,
      Convergence convergence,
      Clock clock) {
    super(Declaration.of(NAME, "Takes a server out of the fleet; its receipts stay.")
        .numbered(14)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_FINDINGS, CHANGE_SERVERS, RUN_COMMAND)
        .takes(FleetServerParameters.EXISTING, UNINSTALL, UNPROVEN, ServerParameters.WAIT)
        .answersNothing()
        .says(LOST)
        .says(STAYS)
        .aboutServer()
        .extension());
    this.choice = choice;
    this.servers = servers;
    this.keys = keys;
    this.closedTickets = closedTickets;
    this.change = change;
    this.limits = limits;
    this.convergence = convergence;
    this.clock = clock;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    if (!UNINSTALL.from(call)) {
      return Change.retrying(
          () -> find(call).chain(before -> remove(call, before, Author.of(call))));
    }
    return Change.retrying(() -> find(call).chain(before -> order(call, before)))
        .chain(wanted -> convergence.send(
            wanted,
            Order.remove(call.request(), wanted),
            ServerParameters.patience(call, clock.instant())))
        .chain(delivered -> Change.retrying(() -> find(call)
            .chain(now -> isProven(delivered)
                ? remove(call, now, Author.of(call).again())
                : refuse(call, now, delivered))));
  }

  private Uni<ServerState> find(Call call) {
    return choice.registered(call, FleetServerParameters.EXISTING).map(found -> {
      FleetServerParameters.refuseWhileGranted(found, call.at(), "removed");
      if (!UNPROVEN.from(call)) {
        FleetServerParameters.refuseWhileUnproven(found, "removed");
      }
      return found;
    });
  }

  private Uni<ServerState> order(Call call, ServerState before) {
    var after = before.again(call.at());
    return change
        .commit(
            call,
            before.server().owner(),
            "asked server " + before.server().name() + " to uninstall the agent",
            in -> servers.write(in, before, after))
        .replaceWith(after);
  }

  private static boolean isProven(Delivered delivered) {
    return delivered
        .outcome()
        .statement()
        .filter(stated -> stated.outcome() == Observation.Outcome.DONE)
        .isPresent();
  }

  /** What is wanted now is a server with the agent again: what was not answered may have been carried out. */
  private Uni<Answer> refuse(Call call, ServerState now, Delivered delivered) {
    var name = now.server().name();
    return change.note(in -> servers.write(in, now, now.again(call.at()))).map(noted -> {
      throw WhmFailure.refused("“" + name + "” is not removed: "
          + Explanation.of(name, delivered.outcome())
          + "; call again, or without api.uninstall to remove it all the same.");
    });
  }

  private Uni<Answer> remove(Call call, ServerState before, Author author) {
    return keys.on(before.server()).chain(authorized -> remove(call, before, authorized, author));
  }

  private Uni<Answer> remove(
      Call call, ServerState before, List<AuthorizedKey> authorized, Author author) {
    var server = before.server();
    var lost = before.grants().stream()
        .map(grant -> "ticket " + grant.ticket() + " as " + grant.user() + ", key "
            + grant.key().fingerprint() + ", expired " + grant.expiresAt())
        .toList();
    var stays = authorized.stream()
        .map(key -> key.fingerprint() + ", authorized by " + key.by()
            + key.expiresAt().map(end -> ", until " + end).orElse(""))
        .toList();
    var what = "removed server " + server.name() + ", node " + server.node()
        + (UNINSTALL.from(call) ? ", agent uninstalled" : "")
        + (before.revocations().all().isEmpty()
            ? ""
            : "; nothing keeps its " + before.revocations().all().size()
                + " revoked keys out any more")
        + (lost.isEmpty() ? "" : "; nobody proved gone: " + String.join("; ", lost))
        + (stays.isEmpty() ? "" : "; authorized keys stay: " + String.join("; ", stays));
    var gone = Gone.between(before, List.of());
    return closedTickets
        .read(gone)
        .chain(settling -> change.commit(author, server.owner(), what, in -> {
          servers.remove(in, before);
          settling.write(in);
          limits.remove(in, server.owner(), Limited.SERVERS, 1);
        }))
        .chain(() -> closedTickets.settleRest(gone))
        .replaceWith(() -> Answer.withoutData()
            .about(server.name().value())
            .with(Data.hash().with(LOST.name(), some(lost)).with(STAYS.name(), some(stays))));
  }

  private static Optional<Data> some(List<String> lines) {
    return Optional.of(lines).filter(all -> !all.isEmpty()).map(Data::texts);
  }

  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    var name = FleetServerParameters.EXISTING.from(call);
    return servers.find(name).map(found -> {
      if (found.isEmpty()) {
        return Answer.withoutData().about(name.value());
      }
      throw first.over(
          UNINSTALL.from(call) && !first.did(Stamp.AGAIN)
              ? "“" + name + "” had not stated that nothing is left there, and is not removed;"
                  + " with another key it is asked again."
              : "A server of this name was registered since.");
    });
  }
}
