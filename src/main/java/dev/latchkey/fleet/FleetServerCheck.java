package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.DoorStatus;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.FanOut;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.delivery.SharedLooks;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.AuthorizedKey;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.StatedSweep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at a server now: agent, OpenSSH, doors, grants, clock, and what is not as it should be (an extension). */
@Singleton
@Path(FleetServerCheck.NAME)
public final class FleetServerCheck extends WhmFunction {
  static final String NAME = "fleet_server_check";

  private static final List<Field> STATED = List.of(
      Field.texts(
          "summary",
          "Who may log in, from where, by which key and until when, and what stands in the way: a sentence for each grant and each key of root's."),
      Field.time(
          "stated_at",
          "When it stated this, by its own clock; within five seconds of another check that may be what that one was told."),
      Field.number("stated_generation", "The generation of the last order that it carried out."),
      Field.number(
          "clock_offset", "By how many seconds its clock is fast; negative if it is slow."),
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
          "The keys, grants aside, by which root could log in, and those that authorizesshkey authorized.",
          LoginData.KEY),
      Field.list(
          "drift",
          "What others did to the keys of grants.",
          Field.text("user", "The account."),
          Field.text("file", "The file that the key is in, or was."),
          Field.text("fingerprint", "The SHA-256 fingerprint of the key."),
          Field.text(
              "what",
              "ALTERED or MISSING, which the server has put right, or COPY: the key also stands in a line of somebody else.")));

  private final FanOut fanOut;
  private final SharedLooks looks;
  private final AuthorizedKeyTable keys;
  private final Clock clock;

  @Inject
  FleetServerCheck(FanOut fanOut, SharedLooks looks, AuthorizedKeyTable keys, Clock clock) {
    super(Declaration.of(NAME, "Looks at a server now and shows what it states.")
        .numbered(12)
        .asTool()
        .requires(Privilege.FLEET_READ)
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(ServerParameters.SERVERS, ServerParameters.CURSOR, ServerParameters.WAIT)
        .answers(ServerData.SERVER, DoorStatus.FIELDS, STATED)
        .forManyServers(AskedServers.MOST)
        .extension());
    this.fanOut = fanOut;
    this.looks = looks;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return fanOut.answer(
        call,
        state -> answer(looks.look(state, call.request(), patience(call))),
        states -> looks
            .look(states, call.request(), patience(call))
            .map(each -> each.stream().map(this::answer).toList()));
  }

  private Duration patience(Call call) {
    return ServerParameters.patience(call, clock.instant());
  }

  private Uni<Answer> answer(Uni<Delivered> look) {
    return look.chain(
        delivered -> keys.on(delivered.state().server()).map(known -> answer(delivered, known)));
  }

  private Answer answer(Delivered delivered, List<AuthorizedKey> known) {
    var server = delivered.state().server();
    var stated = delivered
        .outcome()
        .statement()
        .orElseThrow(
            () -> WhmFailure.refused(Explanation.of(server.name(), delivered.outcome()) + "."));
    var logins = new LoginData(delivered.state(), Optional.of(stated), known);
    var grants = delivered.state().grants().stream()
        .<Data>map(grant -> ServerData.of(grant, logins.standing(grant)))
        .toList();
    var drift = stated.unmanaged().stream().<Data>map(FleetServerCheck::drift).toList();
    return Answer.of(ServerData.of(server)
            .with(DoorStatus.statuses(
                delivered.outcome(), !delivered.state().wanted().isEmpty()))
            .with("summary", logins.summary())
            .with("stated_at", ServerData.time(stated.at()))
            .with("stated_generation", stated.generation())
            .with("clock_offset", stated.at().getEpochSecond() - clock.instant().getEpochSecond())
            .with("problem", problem(delivered.state(), stated, logins))
            .with(
                "sweep_by", Data.orNull(stated.sweep().flatMap(StatedSweep::by).map(Data::text)))
            .with(
                "sweep_at",
                Data.orNull(stated.sweep().flatMap(StatedSweep::lastAt).map(ServerData::time)))
            .with(
                "simulated",
                Optional.of(stated).filter(Observation::simulated).map(seen -> Data.flag(true)))
            .with("grants", new Data.Sequence(grants))
            .with("keys", logins.keys())
            .with("drift", new Data.Sequence(drift)))
        .about(server.name().value());
  }

  private static Data problem(ServerState state, Observation stated, LoginData logins) {
    var problems = Stream.of(
            Remarks.closed(state), Remarks.problems(Optional.of(stated)), logins.gaps())
        .flatMap(all -> all)
        .toList();
    return problems.isEmpty() ? Data.NULL : Data.text(String.join("; ", problems));
  }

  private static Data drift(Observation.Unmanaged found) {
    return Data.hash()
        .with("user", found.user())
        .with("file", found.file())
        .with("fingerprint", found.fingerprint())
        .with("what", found.what());
  }
}
