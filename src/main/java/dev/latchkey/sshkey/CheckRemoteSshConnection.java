package dev.latchkey.sshkey;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.RUN_COMMAND;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Order;
import dev.latchkey.delivery.VerbOrder;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.ssh.RemoteHost;
import dev.latchkey.ssh.SshGreeting;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;

/** WHM API 1, check_remote_ssh_connection: what an SSH server elsewhere greets one of the caller's servers with. */
@Singleton
@Path(CheckRemoteSshConnection.NAME)
public final class CheckRemoteSshConnection extends WhmFunction {
  static final String NAME = "check_remote_ssh_connection";

  private static final long MOST_PORTS = 65_535;

  private static final Parameter<RemoteHost> HOST = Parameter.required(
      "host",
      ParameterType.text(RemoteHost::parse),
      "The host to connect to; an address of a private network only under the name of a registered server of yours.");

  private static final Parameter<Long> PORT = Parameter.defaulting(
      "port", ParameterType.integer(1, MOST_PORTS), 22L, "The port of its SSH server.");

  private final ServerChoice choice;
  private final ServerTable servers;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  CheckRemoteSshConnection(
      ServerChoice choice, ServerTable servers, Convergence convergence, Clock clock) {
    super(Declaration.of(
            NAME, "Asks, from a server, the SSH server of another host for its version.")
        .numbered(48)
        .requires(Privilege.SSH_KEYS)
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(HOST, PORT, ServerParameters.SERVER, ServerParameters.WAIT)
        .answers(
            Field.text("received", "The line that it greeted with."),
            Field.text("server_software", "Its software, such as OpenSSH_9.2p1."),
            Field.texts("protocol_versions", "The version of the protocol that it speaks."),
            Field.text("comment", "What it says after that; null for nothing.").orNull())
        .aboutServer());
    this.choice = choice;
    this.servers = servers;
    this.convergence = convergence;
    this.clock = clock;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    PORT.from(call);
    return isOwnServer(call, HOST.from(call))
        .chain(trusted -> choice.choose(call).chain(state -> on(state, call, trusted)));
  }

  private Uni<Answer> on(ServerState state, Call call, boolean trusted) {
    var now = clock.instant();
    var end = VerbOrder.notAfter(now);
    var action = VerbOrder.action("check_ssh", end)
        .with("host", HOST.from(call).value())
        .with("port", PORT.from(call))
        .with("trusted", Data.flag(trusted));
    return convergence
        .send(
            state,
            Order.observe(call.request(), state.server()).with(action),
            ServerParameters.patience(call, now))
        .map(delivered -> answer(state.server().name(), KeyOrder.done(delivered, end)));
  }

  /** Only by its whole name: an address, or a name under a domain, says nothing of who owns it. */
  private Uni<Boolean> isOwnServer(Call call, RemoteHost host) {
    ServerName name;
    try {
      name = ServerName.parse(host.lowerCase());
    } catch (IllegalArgumentException e) {
      return Uni.createFrom().item(false);
    }
    return servers
        .find(name)
        .map(found ->
            found.filter(state -> call.caller().reaches(state.server().owner())).isPresent());
  }

  private static Answer answer(ServerName from, Action done) {
    var greeting = done.received()
        .flatMap(SshGreeting::parse)
        .orElseThrow(() ->
            WhmFailure.refused(from + " got an answer that is not the version of an SSH server."));
    return Answer.of(Data.hash()
            .with("received", greeting.received())
            .with("server_software", greeting.software())
            .with("protocol_versions", Data.texts(greeting.protocols()))
            .with("comment", Data.orNull(greeting.comment().map(Data::text))))
        .about(from.value());
  }
}
