package dev.latchkey.token;

import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.TokenValue;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Optional;

/** WHM API 1, api_token_get_details: a look-up by value; one that finds nothing succeeds and has no data. */
@Singleton
@Path(ApiTokenGetDetails.NAME)
public final class ApiTokenGetDetails extends WhmFunction {
  static final String NAME = "api_token_get_details";

  private static final Parameter<Optional<TokenValue>> TOKEN = Parameter.required(
      "token",
      ParameterType.text(TokenValue::parse).secret(),
      "The value of a token of yours, not its name.");

  private final CredentialTable credentials;

  @Inject
  ApiTokenGetDetails(CredentialTable credentials) {
    super(Declaration.of(NAME, "Describes the API token that has a value.")
        .numbered(2)
        .requires(Privilege.MANAGE_API_TOKENS)
        .needsNothingMore()
        .takes(TOKEN)
        .answers(TokenData.WITH_ACL_ARRAY, TokenData.USE)
        .orNothing());
    this.credentials = credentials;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var user = call.caller().user().name();
    return TOKEN
        .from(call)
        .map(value -> credentials.find(user, value))
        .orElseGet(() -> Uni.createFrom().item(Optional.empty()))
        .map(found -> found
            .map(used -> Answer.of(
                TokenData.withUse(TokenData.withAclArray(used.credential()), used, call.at())))
            .orElseGet(Answer::withoutData));
  }
}
