package dev.latchkey.token;

import dev.latchkey.access.Caller;
import dev.latchkey.access.Scope;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;

/** What the functions for one token have in common. */
final class TokenParameters {
  static final ParameterType<TokenName> NAME = ParameterType.text(TokenName::parse);

  static final Parameter<TokenName> TOKEN_NAME = Parameter.required(
      "token_name", NAME, "The token's name: 1 to 50 letters, digits, dashes and underscores.");

  private TokenParameters() {}

  static void refuseBeyondCaller(Scope scope, Caller caller) {
    scope.beyond(caller.scope()).ifPresent(sentence -> {
      throw WhmFailure.refused(sentence);
    });
  }
}
