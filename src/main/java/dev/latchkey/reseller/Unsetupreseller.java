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
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/**
 * WHM API 1, unsetupreseller: the user is one no more. Its audit, its closed tickets and its bills stay under its name, for
 * whom setupreseller makes of that name again.
 */
@Singleton
@Path(Unsetupreseller.NAME)
public final class Unsetupreseller extends WhmFunction {
  static final String NAME = "unsetupreseller";

  private final Removal removal;

  @Inject
  Unsetupreseller(Removal removal) {
    super(Declaration.of(NAME, "Removes a reseller that owns no servers, with all its tokens.")
        .numbered(61)
        .requires(Privilege.ALL)
        .closes()
        .needs(CHANGE_TICKETS, CHANGE_TOKENS, CHANGE_USERS, END_SESSIONS, READ_SERVERS)
        .takes(ResellerParameters.USER)
        .answersNothing());
    this.removal = removal;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var name = ResellerParameters.USER.from(call);
    return removal
        .remove(call, name, false)
        .map(isGone ->
            isGone ? Answer.withoutData() : Answer.failed(ResellerParameters.goesOn(name)));
  }

  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    return removal
        .isDone(ResellerParameters.USER.from(call))
        .chain(isDone -> isDone ? Uni.createFrom().item(Answer.withoutData()) : answer(call));
  }
}
