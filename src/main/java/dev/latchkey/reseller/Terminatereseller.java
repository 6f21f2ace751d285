package dev.latchkey.reseller;

import static dev.latchkey.api.Permission.CHANGE_TICKETS;
import static dev.latchkey.api.Permission.CHANGE_TOKENS;
import static dev.latchkey.api.Permission.CHANGE_USERS;
import static dev.latchkey.api.Permission.END_SESSIONS;
import static dev.latchkey.api.Permission.READ_SERVERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;

/** WHM API 1, terminatereseller: as unsetupreseller, and nobody can have the name again, as its history keeps it. */
@Singleton
@Path(Terminatereseller.NAME)
public final class Terminatereseller extends WhmFunction {
  static final String NAME = "terminatereseller";

  private static final Parameter<Boolean> MAIN = Parameter.required(
      "terminatereseller",
      ParameterType.FLAG,
      "1: the reseller itself goes, and nobody can have its name again.");

  private final Removal removal;

  @Inject
  Terminatereseller(Removal removal) {
    super(Declaration.of(NAME, "Removes a reseller that owns no servers, for good.")
        .numbered(68)
        .requires(Privilege.ALL)
        .closes()
        .needs(CHANGE_TICKETS, CHANGE_TOKENS, CHANGE_USERS, END_SESSIONS, READ_SERVERS)
        .takes(ResellerParameters.USER, MAIN)
        .answers(Field.list(
                "acct",
                "The one account that was removed: the reseller's.",
                Field.text("user", "Its name."),
                Field.flag("result", "1 if all of it is gone."),
                Field.text("reason", "What became of it."),
                Field.hash(
                    "output", "The same, in words.", List.of(Field.text("raw", "A sentence."))))
            .atMost(1)));
    this.removal = removal;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = ResellerParameters.USER.from(call);
    if (!MAIN.from(call)) {
      throw MAIN.refused(
          "0 removes the accounts that a reseller owns in WHM, and there are none here; 1 removes the reseller.");
    }
    return removal.remove(call, name, true).map(isGone -> answer(name, isGone));
  }

  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    var name = ResellerParameters.USER.from(call);
    return removal
        .isDone(name)
        .chain(isDone -> isDone ? Uni.createFrom().item(answer(name, true)) : answer(call));
  }

  private static Answer answer(ResellerName name, boolean isGone) {
    var reason = isGone ? name + " account removed" : ResellerParameters.goesOn(name);
    var account = Data.hash()
        .with("user", name.value())
        .with("result", isGone ? 1 : 0)
        .with("reason", reason)
        .with(
            "output",
            Data.hash()
                .with(
                    "raw",
                    isGone
                        ? "All tokens of “" + name + "” are revoked; its name stays taken."
                        : reason));
    var data = Data.hash().with("acct", new Data.Sequence(List.of(account)));
    return isGone ? Answer.of(data) : Answer.failed(reason, data);
  }
}
