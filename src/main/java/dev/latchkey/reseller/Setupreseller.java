package dev.latchkey.reseller;

import static dev.latchkey.api.Permission.CHANGE_USERS;
import static dev.latchkey.api.Permission.READ_USERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Profile;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import dev.latchkey.access.UserTable.Known;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;

/**
 * WHM API 1, setupreseller. WHM gives an account the status of a reseller; there are no accounts here, and so it makes the
 * user. A name that was taken away by unsetupreseller is made again, without anything that gave access before.
 */
@Singleton
@Path(Setupreseller.NAME)
public final class Setupreseller extends WhmFunction {
  static final String NAME = "setupreseller";

  private static final Parameter<ResellerName> USER = Parameter.required(
      "user",
      ResellerParameters.NAME,
      "The new reseller's user name: a lowercase letter, then lowercase letters and digits, at most 16.");

  private static final Parameter<Boolean> MAKE_OWNER = Parameter.defaulting(
      "makeowner",
      ParameterType.FLAG,
      false,
      "Whether the account owns itself in WHM; it changes nothing here.");

  private final UserTable users;
  private final Change change;
  private final LimitTable limits;

  @Inject
  Setupreseller(UserTable users, Change change, LimitTable limits) {
    super(Declaration.of(NAME, "Makes a reseller, with WHM's initial privileges.")
        .numbered(60)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_USERS, READ_USERS)
        .takes(USER, MAKE_OWNER)
        .answersNothing()
        .alsoInApiZero(DoneInApiZero.saying("OK", nothing -> Data.hash())));
    this.users = users;
    this.change = change;
    this.limits = limits;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = USER.from(call);
    MAKE_OWNER.from(call);
    return Change.retrying(() -> users.known(name.value()).chain(known -> setUp(call, name, known)))
        .replaceWith(Answer::withoutData);
  }

  /** One that there is stays as it is: a client may call again when it had no answer. */
  private Uni<Void> setUp(Call call, ResellerName name, Known known) {
    if (known.isSpent()) {
      throw USER.refused("“" + name
          + "” was terminated; its audit and its bills keep the name, so choose another one.");
    }
    if (known.profile().isPresent()) {
      known.profile().filter(Profile::isEnding).ifPresent(ending -> {
        throw USER.refused("“" + name + "” is being removed"
            + (ending.isEndingForGood()
                ? " for good; choose another name."
                : "; call unsetupreseller again, and then this."));
      });
      return Uni.createFrom().voidItem();
    }
    var profile = Profile.of(name.value(), Privileges.INITIAL, call.request());
    return limits.within(
        User.ROOT,
        Limited.RESELLERS,
        () -> users.resellers().map(List::size),
        () -> change.commit(call, name.value(), "set up as a reseller", in -> {
          users.setUp(in, profile, Changed::new);
          limits.add(in, User.ROOT, Limited.RESELLERS);
        }));
  }
}
