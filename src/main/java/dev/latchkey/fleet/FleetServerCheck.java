package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.QUERY;
import static dev.latchkey.api.Permission.RUN_COMMAND;
import static dev.latchkey.api.Permission.TRANSACT;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.DoorStatus;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.Order;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.AuthorizedKey;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.StatedSweep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at a server now: agent, OpenSSH, doors, grants, clock, and what is not as it should be (an extension). */
@Singleton
@Path(FleetServerCheck.NAME)
public final class FleetServerCheck extends WhmFunction {
  static final String NAME = "fleet_server_check";

  private static final List<Field> STATED = List.of(
      Field.number("stated_generation", "The generation of the last order that it carried out."),
      Field.number(
          "clock_offset", "By how many seconds its clock is fast; negative if it is slow."),
      Field.text(
          "chain_status", "The state of its firewall: ACTIVE, INACTIVE, ERR_SETUP or ERR_UNKNOWN."),
      Field.text(
              "problem",
              "What stands in the way of the whole order, or of the sweep that ends access on time; null for nothing.")
          .orNull(),
      Field.text("sweep_by", "What runs the sweep: systemd or cron; null for nothing.")
          .orNull(),
      Field.time("sweep_at", "When it last ran, by the server's clock; null if unknown.")
          .orNull(),
      Field.flag(
              "simulated",
              "1 if the server is a folder, where no process and no firewall is looked at; left out if it is not.")
          .optional(),
      Field.list("grants", "The grants on it, those being taken away too.", ServerData.GRANT),
      Field.list(
          "keys",
          "The keys that authorizesshkey authorized.",
          Field.text("fingerprint", "The SHA-256 fingerprint of the key."),
          Field.time("authorized_at", "When it was authorized."),
          Field.time("expires_at", "When the key ends by itself; left out for never.")
              .optional(),
          Field.text("authorized_by", "The user who did it.")),
      Field.list(
          "drift",
          "What others did to the keys of grants.",
          Field.text("user", "The account."),
          Field.text("file", "The file that the key is in, or was."),
          Field.text("fingerprint", "The SHA-256 fingerprint of the key."),
          Field.text(
              "what",
              "ALTERED or MISSING, which the server has put right, or COPY: the key also stands in a line of somebody else.")));

  private final ServerChoice choice;
  private final Convergence convergence;
  private final AuthorizedKeyTable keys;
  private final Clock clock;

  @Inject
  FleetServerCheck(
      ServerChoice choice, Convergence convergence, AuthorizedKeyTable keys, Clock clock) {
    super(Declaration.of(NAME, "Looks at a server now and shows what it states.")
        .requires(Privilege.FLEET_READ)
        .needs(QUERY, TRANSACT, RUN_COMMAND)
        .takes(ServerParameters.SERVER, ServerParameters.WAIT)
        .answers(ServerData.SERVER, STATED)
        .aboutServer()
        .extension());
    this.choice = choice;
    this.convergence = convergence;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return choice.choose(call).chain(state -> {
      var order = Order.observe(call.request(), state.server().node());
      return convergence
          .send(state, order, ServerParameters.patience(call, clock.instant()))
          .chain(
              delivered -> keys.on(state.server().name()).map(known -> answer(delivered, known)));
    });
  }

  private Answer answer(Delivered delivered, List<AuthorizedKey> known) {
    var server = delivered.state().server();
    var stated = delivered
        .outcome()
        .statement()
        .orElseThrow(
            () -> WhmFailure.refused(Explanation.of(server.name(), delivered.outcome()) + "."));
    var grants = delivered.state().grants().stream()
        .<Data>map(grant -> ServerData.of(grant, delivered.outcome().statement()))
        .toList();
    var drift = stated.unmanaged().stream().<Data>map(FleetServerCheck::drift).toList();
    return Answer.of(ServerData.of(server)
            .with("stated_generation", stated.generation())
            .with("clock_offset", stated.at().getEpochSecond() - clock.instant().getEpochSecond())
            .with("chain_status", DoorStatus.status(stated.chain(), true))
            .with("problem", problem(delivered.state(), stated))
            .with(
                "sweep_by", Data.orNull(stated.sweep().flatMap(StatedSweep::by).map(Data::text)))
            .with(
                "sweep_at",
                Data.orNull(stated.sweep().flatMap(StatedSweep::lastAt).map(ServerData::time)))
            .with(
                "simulated",
                Optional.of(stated).filter(Observation::simulated).map(seen -> Data.flag(true)))
            .with("grants", new Data.Sequence(grants))
            .with(
                "keys",
                new Data.Sequence(
                    known.stream().<Data>map(FleetServerCheck::key).toList()))
            .with("drift", new Data.Sequence(drift)))
        .about(server.name().value());
  }

  private static Data problem(ServerState state, Observation stated) {
    var problems = Stream.concat(Remarks.closed(state), Remarks.problems(Optional.of(stated)))
        .toList();
    return problems.isEmpty() ? Data.NULL : Data.text(String.join("; ", problems));
  }

  private static Data key(AuthorizedKey key) {
    return Data.hash()
        .with("fingerprint", key.fingerprint())
        .with("authorized_at", ServerData.time(key.at()))
        .with("expires_at", key.expiresAt().map(ServerData::time))
        .with("authorized_by", key.by());
  }

  private static Data drift(Observation.Unmanaged found) {
    return Data.hash()
        .with("user", found.user())
        .with("file", found.file())
        .with("fingerprint", found.fingerprint())
        .with("what", found.what());
  }
}
