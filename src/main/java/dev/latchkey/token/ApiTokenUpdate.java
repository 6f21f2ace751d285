package dev.latchkey.token;

import static dev.latchkey.api.Permission.CHANGE_TOKENS;
import static dev.latchkey.token.ScopeParameters.ACL;
import static dev.latchkey.token.ScopeParameters.EXPIRES_AT;
import static dev.latchkey.token.ScopeParameters.QUOTA;
import static dev.latchkey.token.ScopeParameters.WHITELIST_IP;
import static dev.latchkey.token.TokenParameters.TOKEN_NAME;

import dev.latchkey.access.Credential;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Scope;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.settings.Settings;
import dev.latchkey.settings.Settings.UpdateOmitted;
import dev.latchkey.store.Transaction;
import dev.latchkey.token.TokenTable.Named;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** WHM API 1, api_token_update. What is not named stays as it is, unless {@code latchkey.update-omitted=reset}. */
@Singleton
@Path(ApiTokenUpdate.NAME)
public final class ApiTokenUpdate extends WhmFunction {
  static final String NAME = "api_token_update";

  private static final Parameter<Optional<TokenName>> NEW_NAME = Parameter.optional(
      "new_name", TokenParameters.NAME, "The token's new name, one that you have no token of.");

  private final TokenTable tokens;
  private final LeftValues left;
  private final GivenQuota quotas;
  private final TokenAge age;
  private final Change change;
  private final UpdateOmitted omitted;

  @Inject
  ApiTokenUpdate(
      TokenTable tokens,
      LeftValues left,
      GivenQuota quotas,
      TokenAge age,
      Change change,
      Settings settings) {
    super(Declaration.of(
            NAME, "Changes an API token's name, privileges, expiry or addresses; its value stays.")
        .numbered(5)
        .requires(Privilege.MANAGE_API_TOKENS)
        .changes()
        .needs(CHANGE_TOKENS)
        .takes(TOKEN_NAME, NEW_NAME, ACL, EXPIRES_AT, WHITELIST_IP, QUOTA)
        .answers(TokenData.WITH_ACL_ARRAY)
        .answers(OldValues.LEFT));
    this.tokens = tokens;
    this.left = left;
    this.quotas = quotas;
    this.age = age;
    this.change = change;
    this.omitted = settings.updateOmitted();
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var user = call.caller().user().name();
    var name = TOKEN_NAME.from(call);
    return Change.retrying(tries -> tokens
        .named(user, List.of(name.value()), tries == 0)
        .chain(found -> update(call, found, name)));
  }

  /** Its revision is the request that changed it last. */
  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    var name = NEW_NAME.from(call).orElseGet(() -> TOKEN_NAME.from(call)).value();
    return tokens
        .named(call.caller().user().name(), List.of(name), false)
        .map(found -> found.tokens().stream()
            .filter(token -> token.revision().equals(first.request()))
            .findFirst()
            .orElseThrow(() -> first.over(
                "The token was changed again or revoked since; api_token_list shows yours.")))
        .chain(token -> answer(call, token));
  }

  private Uni<Answer> answer(Call call, Credential token) {
    return left.told(
        Answer.of(TokenData.withAclArray(token)),
        call,
        OldValues.lines(List.of(token)),
        old -> !old.digest().equals(token.digest()),
        "it was not changed, as it has a name of its own.");
  }

  private Uni<Answer> update(Call call, Named found, TokenName name) {
    var before = found.tokens().stream()
        .findFirst()
        .orElseThrow(() -> TOKEN_NAME.refused("you have no token named “" + name + "”."));
    var after = found.decide(() -> after(call, before));
    return LastAllToken.isNarrowed(age.aged(before, call.at()), after.scope(), call.at())
        ? tokens
            .witness(call, List.of(before))
            .map(witness -> found.decide(() -> {
              if (witness.isEmpty()) {
                throw TOKEN_NAME.refused(LastAllToken.refusal(before.name()));
              }
              return witness;
            }))
            .chain(witness -> give(call, before, after, witness))
        : give(call, before, after, Optional.empty());
  }

  private Uni<Answer> give(
      Call call, Credential before, Credential after, Optional<Credential> witness) {
    var raised = GivenQuota.raise(before.scope().quota(), after.scope().quota());
    return quotas
        .giver(call, raised)
        .chain(giver -> update(call, before, after, in -> {
          tokens.checkWitness(in, witness, call);
          quotas.take(in, giver, raised, call);
        }));
  }

  private Uni<Answer> update(
      Call call, Credential before, Credential after, Consumer<Transaction> more) {
    var what = "“" + before.name() + "” is now " + TokenData.describe(after);
    return change
        .commit(call, after.user(), what, in -> {
          tokens.change(
              in,
              before,
              after,
              () -> NEW_NAME.refused("you have a token named “" + after.name() + "” already."));
          more.accept(in);
        })
        .chain(() -> answer(call, after));
  }

  private Credential after(Call call, Credential before) {
    var caller = call.caller();
    TokenParameters.refuseBeyondCaller(
        GivenQuota.cappedAt(caller.scope(), before.scope()).within(caller.user().privileges()),
        caller);
    var unnamed = omitted == UpdateOmitted.KEEP ? before.scope() : caller.scope();
    var asked = age.limited(call, ScopeParameters.requested(call, unnamed));
    Scope scope = OldValues.isOne(before) ? withinGrace(call, before, asked) : asked;
    var isRaised = GivenQuota.raise(before.scope().quota(), scope.quota()) > 0;
    var judged = isRaised ? scope : GivenQuota.cappedAt(caller.scope(), scope);
    TokenParameters.refuseBeyondCaller(
        ACL.from(call).isPresent() ? judged : judged.within(caller.user().privileges()), caller);
    var name = NEW_NAME.from(call).map(TokenName::value).orElse(before.name());
    return before.changed(name, scope, call.request());
  }

  /** Whoever knows it was to lose it: another value took its place. */
  private static Scope withinGrace(Call call, Credential old, Scope asked) {
    var within = old.scope().expiresAt().map(asked::endingBy).orElse(asked);
    if (!within.equals(asked) && EXPIRES_AT.from(call).isPresent()) {
      throw EXPIRES_AT.refused(
          OldValues.said(old) + "; it gets no later end, as another token has its place.");
    }
    return within;
  }
}
