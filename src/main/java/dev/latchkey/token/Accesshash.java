package dev.latchkey.token;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/**
 * WHM API 1, accesshash, which WHM deprecates: an access hash is a secret that can be shown again. A token goes in the same
 * header, {@code Authorization: whm USER:TOKEN}.
 */
@Singleton
@Path(Accesshash.NAME)
public final class Accesshash extends WhmFunction {
  static final String NAME = "accesshash";

  private static final Parameter<String> USER =
      Parameter.required("user", ParameterType.TEXT, "The user whose access hash it would be.");

  private static final Parameter<Boolean> GENERATE = Parameter.required(
      "generate", ParameterType.FLAG, "1 for another access hash, 0 for the one that stands.");

  @Inject
  Accesshash() {
    super(
        Declaration.of(NAME, "Refused: there are no access hashes, and a token takes their place.")
            .numbered(42)
            .requires(Privilege.MANAGE_API_TOKENS)
            .needsNothingMore()
            .takes(USER, GENERATE)
            .answersNothing());
  }

  @Override
  public Uni<Answer> answer(Call call) {
    USER.from(call);
    GENERATE.from(call);
    throw WhmFailure.refused(
        "There are no access hashes; api_token_create makes a token, which goes in the same header: “Authorization: whm USER:TOKEN”.");
  }
}
