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
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.Grant;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.ssh.KeyFileName;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Optional;

/** WHM API 1, deletesshkey: deletes one key file of root's .ssh, and where it is asked for the lines of its key. */
@Singleton
@Path(Deletesshkey.NAME)
public final class Deletesshkey extends WhmFunction {
  static final String NAME = "deletesshkey";

  private static final Parameter<KeyFileName> FILE = Parameter.required(
      "file",
      ParameterType.text(KeyFileName::parse),
      "A key file in root's .ssh, such as id_ed25519.pub; exactly this one is deleted.");

  private static final Parameter<Boolean> LEAVE_AUTHORIZED = Parameter.defaulting(
      "leave_authorized",
      ParameterType.FLAG,
      true,
      "0 to take the key's lines out of root's authorized keys, too.");

  private final KeyFileVerbs verbs;

  @Inject
  Deletesshkey(KeyFileVerbs verbs) {
    super(Declaration.of(NAME, "Deletes a key file of root on a server.")
        .numbered(45)
        .requires(Privilege.SSH_KEYS)
        .changes()
        .needs(CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            FILE,
            LEAVE_AUTHORIZED,
            OwnerOfKeys.PARAMETER,
            ServerParameters.SERVERS,
            ServerParameters.CURSOR,
            ServerParameters.WAIT)
        .answers(Field.text("file", "The key file, as it was named."), KeyFileVerbs.REMARKS)
        .forManyServers(AskedServers.MOST));
    this.verbs = verbs;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    OwnerOfKeys.refuseOthers(call);
    var leave = Data.flag(LEAVE_AUTHORIZED.from(call));
    var file = FILE.from(call).value();
    return verbs.answer(
        call,
        "delete_key",
        (action, on) ->
            action.with("file", file).with("leave_authorized", leave).with("held", held(on)),
        on -> describe(call, on),
        done -> Answer.of(Data.hash()
            .with("file", call.arguments().last(FILE.name()).orElseThrow())
            .with(KeyFileVerbs.REMARKS.name(), done.remarks())));
  }

  /** Grants that no order carries stand all the same: somebody may let them. */
  private static Optional<Data> held(ServerState state) {
    return Optional.of(state.held())
        .filter(all -> !all.isEmpty())
        .map(all -> new Data.Sequence(all.stream().map(Deletesshkey::named).toList()));
  }

  private static Data named(Grant grant) {
    return Data.hash()
        .with("ticket", grant.ticket())
        .with("fingerprint", grant.key().fingerprint());
  }

  private static String describe(Call call, String on) {
    return "ordered that the key file " + FILE.from(call) + " be deleted on " + on
        + (LEAVE_AUTHORIZED.from(call)
            ? ""
            : ", and the lines of its key be taken out of root's authorized keys");
  }
}
