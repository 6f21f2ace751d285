package dev.latchkey.token;

import static dev.latchkey.api.Permission.CHANGE_TOKENS;
import static java.util.stream.Collectors.joining;

import dev.latchkey.access.Credential;
import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.data.Data;
import dev.latchkey.token.TokenTable.Named;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;

/**
 * WHM API 1, api_token_revoke: one token or several, all at once. Of several names the ones that exist are revoked, and
 * then the call fails naming the others; a name that can be none revokes nothing.
 */
@Singleton
@Path(ApiTokenRevoke.NAME)
public final class ApiTokenRevoke extends WhmFunction {
  static final String NAME = "api_token_revoke";

  /** Two items a token, the conditions and the audit entry stay below the 100 of a DynamoDB transaction. */
  private static final int MOST = 40;

  private static final Parameter<List<TokenName>> TOKEN_NAMES = Parameter.requiredSeveral(
      "token_name",
      TokenParameters.NAME,
      "The names of the tokens to revoke, 1 to " + MOST + " of them.");

  private final TokenTable tokens;
  private final Change change;
  private final LimitTable limits;

  @Inject
  ApiTokenRevoke(TokenTable tokens, Change change, LimitTable limits) {
    super(Declaration.of(NAME, "Revokes API tokens; their next calls are refused.")
        .numbered(4)
        .requires(Privilege.MANAGE_API_TOKENS)
        .closes()
        .needs(CHANGE_TOKENS)
        .takes(TOKEN_NAMES)
        .answersNothing());
    this.tokens = tokens;
    this.change = change;
    this.limits = limits;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var names = TOKEN_NAMES.from(call).stream().map(TokenName::value).distinct().toList();
    if (names.size() > MOST) {
      throw TOKEN_NAMES.refused(
          names.size() + " names are given; at most " + MOST + " are revoked at once.");
    }
    return Change.retrying(tries -> tokens
        .named(call.caller().user().name(), names, tries == 0)
        .chain(known -> revoke(call, names, known)));
  }

  private Uni<Answer> revoke(Call call, List<String> names, Named known) {
    var tokens = known.tokens();
    var unknown = names.stream()
        .filter(name -> tokens.stream().noneMatch(token -> token.name().equals(name)))
        .map(name -> "“" + name + "”")
        .collect(joining(", "));
    var done = tokens.isEmpty() ? Uni.createFrom().voidItem() : revoke(call, known);
    return done.replaceWith(() -> {
      if (!unknown.isEmpty()) {
        throw TOKEN_NAMES.refused("you have no token named " + unknown
            + (tokens.isEmpty() ? "." : "; the others were revoked."));
      }
      return Answer.of(Data.hash());
    });
  }

  private Uni<Void> revoke(Call call, Named known) {
    var within = known.decide(() -> withinCaller(call, known.tokens()));
    var atStake = within.stream()
        .filter(token -> LastAllToken.isAtStake(token, call.at()))
        .findFirst();
    return atStake.isEmpty()
        ? revoke(call, within, Optional.empty())
        : tokens
            .witness(call, within)
            .map(witness -> known.decide(() -> {
              if (witness.isEmpty()) {
                throw TOKEN_NAMES.refused(LastAllToken.refusal(atStake.get().name()));
              }
              return witness;
            }))
            .chain(witness -> revoke(call, within, witness));
  }

  private static List<Credential> withinCaller(Call call, List<Credential> known) {
    var ofUser = call.caller().user().privileges();
    known.forEach(token -> TokenParameters.refuseBeyondCaller(
        GivenQuota.cappedAt(call.caller().scope(), token.scope()).within(ofUser), call.caller()));
    return known;
  }

  private Uni<Void> revoke(Call call, List<Credential> known, Optional<Credential> witness) {
    var user = call.caller().user().name();
    var what = known.stream()
        .map(token -> "“" + token.name() + "”")
        .collect(joining(", ", "revoked ", ""));
    return change.commit(call, user, what, in -> {
      known.forEach(token -> tokens.revoke(in, token));
      limits.remove(in, user, Limited.TOKENS, known.size());
      tokens.checkWitness(in, witness, call);
    });
  }
}
