package dev.latchkey.token;

import static dev.latchkey.api.Permission.CHANGE_TOKENS;
import static dev.latchkey.token.ScopeParameters.ACL;
import static dev.latchkey.token.ScopeParameters.EXPIRES_AT;
import static dev.latchkey.token.ScopeParameters.QUOTA;
import static dev.latchkey.token.ScopeParameters.WHITELIST_IP;
import static dev.latchkey.token.TokenParameters.TOKEN_NAME;

import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.Used;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** WHM API 1, api_token_create. What is not named is inherited from the token that makes the call, never unlimited. */
@Singleton
@Path(ApiTokenCreate.NAME)
public final class ApiTokenCreate extends WhmFunction {
  static final String NAME = "api_token_create";

  private final TokenTable tokens;
  private final CredentialTable credentials;
  private final GivenQuota quotas;
  private final TokenAge age;
  private final Change change;
  private final LimitTable limits;
  private final SecureRandom random;

  @Inject
  ApiTokenCreate(
      TokenTable tokens,
      CredentialTable credentials,
      GivenQuota quotas,
      TokenAge age,
      Change change,
      LimitTable limits,
      SecureRandom random) {
    super(Declaration.of(NAME, "Creates an API token and shows its value once.")
        .numbered(1)
        .requires(Privilege.MANAGE_API_TOKENS)
        .changes()
        .needs(CHANGE_TOKENS)
        .takes(TOKEN_NAME, ACL, EXPIRES_AT, WHITELIST_IP, QUOTA)
        .answers(TokenData.WITH_ACL_ARRAY)
        .answers(Field.text(
                "token", "Its value, which only this answer shows; left out of that to a repeat.")
            .secret()
            .optional()));
    this.tokens = tokens;
    this.credentials = credentials;
    this.quotas = quotas;
    this.age = age;
    this.change = change;
    this.limits = limits;
    this.random = random;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var caller = call.caller();
    var name = TOKEN_NAME.from(call);
    var scope = age.limited(call, ScopeParameters.requested(call, caller.scope()));
    TokenParameters.refuseBeyondCaller(scope, caller);
    var value = TokenValue.generate(random);
    var token = new Credential(
        caller.user().name(), value.digest(), name.value(), scope, call.at(), call.request());
    var given = GivenQuota.raise(OptionalLong.empty(), scope.quota());
    return Change.retrying(
            () -> quotas.giver(call, given).chain(giver -> create(call, token, giver, given)))
        .replaceWith(() -> Answer.of(TokenData.withAclArray(token).with("token", value.reveal())));
  }

  private Uni<Void> create(Call call, Credential token, Optional<Used> giver, long given) {
    return limits.within(
        token.user(),
        Limited.TOKENS,
        () -> tokens.count(token.user()),
        () -> change.commit(
            call, token.user(), TokenData.describe(token), List.of(token.digest()), in -> {
              tokens.create(
                  in,
                  token,
                  () -> TOKEN_NAME.refused("you have a token named “" + token.name()
                      + "” already; choose another name."));
              limits.add(in, token.user(), Limited.TOKENS);
              quotas.take(in, giver, given, call);
            }));
  }

  /** The value is in no table, and so in no second answer. */
  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    return credentials
        .find(call.caller().user().name(), first.made())
        .map(found -> found.stream()
            .findFirst()
            .map(token -> Answer.failed(
                "Request " + first.request() + " created the token “" + token.name() + "” at "
                    + first.at() + ", and its value was shown once, in that answer. Revoke it with"
                    + " api_token_revoke, and create another one with another key.",
                TokenData.withAclArray(token)))
            .orElseThrow(() -> first.over("The token was revoked since.")));
  }
}
