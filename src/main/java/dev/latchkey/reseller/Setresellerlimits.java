package dev.latchkey.reseller;

import static dev.latchkey.api.Permission.CHANGE_USERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Profile;
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
import java.util.Optional;
import java.util.OptionalLong;

/** WHM API 1, setresellerlimits: of WHM's limits the number of accounts, which are servers here, and our own of calls. */
@Singleton
@Path(Setresellerlimits.NAME)
public final class Setresellerlimits extends WhmFunction {
  static final String NAME = "setresellerlimits";

  private static final long MOST = 1_000_000_000_000L;

  private static final Parameter<Optional<Boolean>> ENABLED = Parameter.optional(
      "enable_account_limit",
      ParameterType.FLAG,
      "1 for a limit of its servers, 0 for none of its own.");

  private static final Parameter<Optional<Long>> SERVERS = Parameter.optional(
      "account_limit", ParameterType.integer(0, MOST), "The most servers of the reseller.");

  private static final Parameter<Optional<Long>> CALLS = Parameter.optional(
      "api.quota",
      ParameterType.integer(0, MOST),
      "The most calls of all its credentials in a calendar month (UTC), 0 for no such limit (an extension).");

  private final Resellers resellers;

  @Inject
  Setresellerlimits(Resellers resellers) {
    super(Declaration.of(NAME, "Limits the servers and the calls of a reseller.")
        .numbered(70)
        .requires(Privilege.ALL)
        .changes()
        .needs(CHANGE_USERS)
        .takes(ResellerParameters.USER, ENABLED, SERVERS, CALLS)
        .answersNothing());
    this.resellers = resellers;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = ResellerParameters.USER.from(call);
    if (ENABLED.from(call).isEmpty()
        && SERVERS.from(call).isEmpty()
        && CALLS.from(call).isEmpty()) {
      throw SERVERS.refused(
          "is missing, and so are “enable_account_limit” and “api.quota”; nothing was changed. Give one of them.");
    }
    if (ENABLED.from(call).equals(Optional.of(false)) && SERVERS.from(call).isPresent()) {
      throw SERVERS.refused(
          "cannot be combined with enable_account_limit=0, which is for no limit; send only one of them.");
    }
    if (ENABLED.from(call).equals(Optional.of(true)) && SERVERS.from(call).isEmpty()) {
      throw SERVERS.refused(
          "is missing; give the most servers, or enable_account_limit=0 for no limit.");
    }
    return Change.retrying(() -> resellers
            .findLasting(call, ResellerParameters.USER, name)
            .chain(before -> limit(call, before)))
        .replaceWith(Answer::withoutData);
  }

  /** What is not named stays. */
  private Uni<Profile> limit(Call call, Profile before) {
    var servers = ENABLED.from(call).equals(Optional.of(false))
        ? OptionalLong.empty()
        : SERVERS.from(call).map(OptionalLong::of).orElse(before.accountLimit());
    var calls =
        CALLS.from(call).map(Setresellerlimits::orNone).orElse(before.user().quota());
    var after = before.limitedTo(servers, calls, call.request());
    var what = "limits: servers " + said(servers) + ", calls a month " + said(calls);
    return servers.equals(before.accountLimit()) && calls.equals(before.user().quota())
        ? Uni.createFrom().item(before)
        : resellers.change(call, before, after, what);
  }

  private static OptionalLong orNone(long calls) {
    return calls == 0 ? OptionalLong.empty() : OptionalLong.of(calls);
  }

  private static String said(OptionalLong limit) {
    return limit.isPresent() ? Long.toString(limit.getAsLong()) : "without a limit of its own";
  }
}
