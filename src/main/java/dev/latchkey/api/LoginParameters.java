package dev.latchkey.api;

import java.util.Optional;

/** What {@link Functions#LOGIN} reads: of the query or the form, but for the user and its token, which no URL has. */
public final class LoginParameters {
  public static final Parameter<Optional<String>> USER =
      Parameter.optional("user", ParameterType.TEXT, "The user.");

  public static final Parameter<Optional<String>> PASS =
      Parameter.optional("pass", ParameterType.TEXT.secret(), "An API token of the user's.");

  public static final Parameter<Optional<String>> SESSION = Parameter.optional(
      "session", ParameterType.TEXT.secret(), "The id of a link that create_user_session made.");

  public static final Parameter<Boolean> LOGIN_ONLY = Parameter.defaulting(
      "login_only", ParameterType.FLAG, false, "1 for an answer in JSON, for scripts.");

  public static final Parameter<Optional<String>> GOTO_URI = Parameter.optional(
      "goto_uri",
      ParameterType.TEXT,
      "The path to go to then; one that is not a path of ours is left out.");

  private LoginParameters() {}
}
