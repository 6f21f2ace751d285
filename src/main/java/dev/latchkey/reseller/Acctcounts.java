package dev.latchkey.reseller;

import static dev.latchkey.api.Permission.READ_SERVERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Profile;
import dev.latchkey.access.UserTable;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import dev.latchkey.server.ServerTable;
import dev.latchkey.text.Quoted;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;

/** WHM API 1, acctcounts: where WHM counts accounts, this counts servers. Only {@code all} asks of another user. */
@Singleton
@Path(Acctcounts.NAME)
public final class Acctcounts extends WhmFunction {
  static final String NAME = "acctcounts";

  private static final Parameter<Optional<String>> USER =
      Parameter.optional("user", ParameterType.TEXT, "Whose servers to count; yours by default.");

  private final UserTable users;
  private final ServerTable servers;

  @Inject
  Acctcounts(UserTable users, ServerTable servers) {
    super(Declaration.of(NAME, "Counts the servers of a reseller.")
        .numbered(69)
        .forAnyCaller()
        .needs(READ_SERVERS)
        .takes(USER)
        .answers(Field.hash(
            "reseller",
            "What it has.",
            List.of(
                Field.text("user", "The user's name."),
                Field.number("active", "How many servers it has."),
                Field.number("suspended", "Always 0: no server is suspended."),
                Field.number("limit", "The most servers of its own; null for no such limit.")
                    .orNull()))));
    this.users = users;
    this.servers = servers;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var own = call.caller().user().name();
    var name = USER.from(call).orElse(own);
    if (!name.equals(own) && !call.caller().holds(Privilege.ALL)) {
      throw unknown(name);
    }
    return users
        .known(name)
        .map(known -> known.profile().orElseThrow(() -> unknown(name)))
        .chain(profile -> servers
            .names(Optional.of(name), Integer.MAX_VALUE)
            .map(all -> answer(profile, all.size())));
  }

  private static WhmFailure unknown(String name) {
    return USER.refused("there is no reseller named “" + Quoted.of(name) + "” of yours.");
  }

  private static Answer answer(Profile of, int servers) {
    var limit = of.accountLimit().stream().mapToObj(Data::number).findFirst();
    return Answer.of(Data.hash()
        .with(
            "reseller",
            Data.hash()
                .with("user", of.user().name())
                .with("active", servers)
                .with("suspended", 0)
                .with("limit", Data.orNull(limit))));
  }
}
