package dev.latchkey.wire;

import dev.latchkey.access.Credential;
import dev.latchkey.api.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a token's own calls say when its end is near; it is made of what admission has read. */
final class ExpiryWarning {
  private static final Duration NEAR = Duration.ofDays(7);
  private static final int MOST = 10;

  static final Field WARNINGS = Field.texts(
          "warnings",
          "What the owner of this call's token should know, such as that it expires within seven days (an extension); left out if there is nothing.")
      .atMost(MOST)
      .optional();

  private ExpiryWarning() {}

  static List<String> of(Credential token, Instant now) {
    var scope = token.scope();
    return scope.expiresAt().filter(end -> !end.isAfter(now.plus(NEAR))).stream()
        .map(end -> "This token expires at " + end + "; " + remedy(token))
        .toList();
  }

  private static String remedy(Credential token) {
    if (token.succession().successor().isPresent()) {
      return "another has taken its place, so use that one's value.";
    }
    return token.scope().renewed()
        ? "api_token_rotate renews it."
        : "a token that lasts longer can give it a later end by api_token_update, or make a new one.";
  }
}
