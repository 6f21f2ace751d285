package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;

/** A parameter of type String of a command document (schema 2.2). */
record DocumentParameter(
    String name,
    Optional<String> defaultValue,
    Optional<String> allowedPattern,
    int minChars,
    int maxChars,
    boolean inEnvironment) {

  static DocumentParameter of(String name, JsonNode declared) {
    if (!declared.path("type").asText().equals("String")) {
      throw new IllegalArgumentException("only parameters of type String are supported: " + name);
    }
    return new DocumentParameter(
        name,
        text(declared, "default"),
        text(declared, "allowedPattern"),
        declared.path("minChars").asInt(0),
        declared.path("maxChars").asInt(Integer.MAX_VALUE),
        declared.path("interpolationType").asText().equals("ENV_VAR"));
  }

  /** What the service checks: a Java pattern that is found anywhere, whose end comes before a last line break, too. */
  boolean accepts(String value) {
    return fits(value) && allowedPattern.map(p -> found(p, value)).orElse(true);
  }

  /** What the node checks again: a Go pattern, whose end is the end. */
  boolean nodeAccepts(String value) {
    return fits(value)
        && allowedPattern.map(p -> found(p.replaceAll("\\$$", "\\\\z"), value)).orElse(true);
  }

  /** The variable that holds it on the node. */
  String variable() {
    return "SSM_" + name;
  }

  private boolean fits(String value) {
    return value.length() >= minChars && value.length() <= maxChars;
  }

  private static boolean found(String pattern, String value) {
    return Pattern.compile(pattern).matcher(value).find();
  }

  private static Optional<String> text(JsonNode declared, String key) {
    return Optional.ofNullable(declared.get(key)).map(JsonNode::asText);
  }
}
