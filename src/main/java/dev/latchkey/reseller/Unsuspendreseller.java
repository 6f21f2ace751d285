package dev.latchkey.reseller;

import static dev.latchkey.api.Permission.CHANGE_USERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Profile;
import dev.latchkey.access.Suspension;
import dev.latchkey.access.User;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** WHM API 1, unsuspendreseller: the reseller's credentials are admitted again; access that was ended stays ended. */
@Singleton
@Path(Unsuspendreseller.NAME)
public final class Unsuspendreseller extends WhmFunction {
  static final String NAME = "unsuspendreseller";

  private static final Parameter<Boolean> RESELLER_ONLY = Parameter.defaulting(
      "reseller-only",
      ParameterType.FLAG,
      false,
      "Whether the accounts that it owns stay suspended in WHM; it changes nothing here, where nothing of theirs is.");

  private final Resellers resellers;

  @Inject
  Unsuspendreseller(Resellers resellers) {
    super(Declaration.of(NAME, "Lets a suspended reseller call again.")
        .numbered(67)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_USERS)
        .takes(ResellerParameters.USER, RESELLER_ONLY)
        .answersNothing());
    this.resellers = resellers;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = ResellerParameters.USER.from(call);
    RESELLER_ONLY.from(call);
    return Change.retrying(() -> resellers
            .findLasting(call, ResellerParameters.USER, name)
            .chain(before -> resume(call, before)))
        .replaceWith(Answer::withoutData);
  }

  private Uni<Profile> resume(Call call, Profile before) {
    if (!before.user().suspended()) {
      return Uni.createFrom().item(before);
    }
    if (before.suspension().filter(Suspension::onlyRootEnds).isPresent()
        && !call.caller().user().name().equals(User.ROOT)) {
      throw ResellerParameters.USER.refused("“" + before.user().name()
          + "” was suspended with “disallow”, so only root may end that.");
    }
    return resellers.change(
        call, before, before.resumed(call.request()), "no longer suspended as a reseller");
  }
}
