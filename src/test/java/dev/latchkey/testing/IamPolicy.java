package dev.latchkey.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/**
 * The statements of a role, judged as IAM judges them, as far as Latchkey's roles go: DynamoDB Local asks for no
 * permission. What it does not know fails, so that no statement is taken to hold by being passed over.
 *
 * <p>Sources are the IAM User Guide's pages "Policy evaluation logic", "Condition operators", and "Condition operators with
 * multivalued context keys".
 */
public final class IamPolicy {
  private static final Pattern OPERATOR =
      Pattern.compile("(?:(ForAllValues|ForAnyValue):)?(String(?:Not)?(?:Equals|Like))(IfExists)?");

  private final List<Map<?, ?>> statements;

  /** @param statements as they are in a template whose functions are resolved */
  public IamPolicy(List<?> statements) {
    this.statements =
        statements.stream().<Map<?, ?>>map(statement -> (Map<?, ?>) statement).toList();
  }

  /** Allowed by a statement, and denied by none. */
  public boolean allows(IamRequest request) {
    return isSaid("Allow", request) && !isSaid("Deny", request);
  }

  public boolean denies(IamRequest request) {
    return isSaid("Deny", request);
  }

  private boolean isSaid(String effect, IamRequest request) {
    return statements.stream().anyMatch(statement -> {
      if (!List.of("Allow", "Deny").contains(statement.get("Effect"))
          || !statement.keySet().stream()
              .allMatch(List.of("Effect", "Action", "Resource", "Condition")::contains)) {
        throw new IllegalArgumentException("a statement that is not known here: " + statement);
      }
      return effect.equals(statement.get("Effect"))
          && texts(statement.get("Action")).stream()
              .anyMatch(action -> isLike(request.action(), action))
          && texts(statement.get("Resource")).stream()
              .anyMatch(resource -> isLike(request.resource(), resource))
          && holds((Map<?, ?>) statement.get("Condition"), request);
    });
  }

  /** All operators, and of each all keys. */
  private static boolean holds(Map<?, ?> condition, IamRequest request) {
    return condition == null
        || condition.entrySet().stream()
            .allMatch(operator -> ((Map<?, ?>) operator.getValue())
                .entrySet().stream()
                    .allMatch(key -> holds(
                        (String) operator.getKey(),
                        Optional.ofNullable(request.keys().get(key.getKey())).orElse(List.of()),
                        texts(key.getValue()))));
  }

  private static boolean holds(String operator, List<String> has, List<String> named) {
    if (operator.equals("Null")) {
      return has.isEmpty() == Boolean.parseBoolean(named.get(0));
    }
    var parts = OPERATOR.matcher(operator);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "a condition operator that is not known here: " + operator);
    }
    if (has.isEmpty() && parts.group(3) != null) {
      return true;
    }
    var isNot = parts.group(2).contains("Not");
    BiPredicate<String, String> is =
        parts.group(2).endsWith("Like") ? IamPolicy::isLike : String::equals;
    BiPredicate<String, List<String>> matches =
        (value, all) -> all.stream().anyMatch(one -> is.test(value, one)) != isNot;
    if ("ForAllValues".equals(parts.group(1))) {
      return has.stream().allMatch(value -> matches.test(value, named));
    }
    if ("ForAnyValue".equals(parts.group(1))) {
      return has.stream().anyMatch(value -> matches.test(value, named));
    }
    if (has.size() > 1) {
      throw new IllegalArgumentException(
          operator + " is for a key of one value, and this has " + has);
    }
    return has.isEmpty() ? isNot : matches.test(has.get(0), named);
  }

  /** With the letters' case; {@code *} stands for any characters, {@code ?} for one. */
  private static boolean isLike(String value, String pattern) {
    var regex = new StringBuilder();
    pattern
        .chars()
        .forEach(letter -> regex.append(
            switch (letter) {
              case '*' -> ".*";
              case '?' -> ".";
              default -> Pattern.quote(Character.toString(letter));
            }));
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(value).matches();
  }

  private static List<String> texts(Object value) {
    return value instanceof List<?> several
        ? several.stream().map(String::valueOf).toList()
        : List.of(String.valueOf(value));
  }
}
