package dev.latchkey.api;

import dev.latchkey.text.PlainLetters;
import dev.latchkey.text.Quoted;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Arguments that look like a parameter and would be passed over, such as {@code acls} for {@code acl}. */
final class NearMisses {
  /** Read before the function is, so they are none of its own. */
  private static final Pattern OF_EVERY_CALL =
      Pattern.compile("api\\.(?:version$|(?:filter|sort|columns|chunk)\\.)");

  private NearMisses() {}

  /**
   * @param ownGrammar what arguments begin with that the function looks through itself
   * @throws WhmFailure naming one, and the parameter that it looks like
   */
  static void refuse(
      List<Parameter<?>> parameters, Optional<String> ownGrammar, Arguments arguments) {
    for (var argument : arguments.all()) {
      var name = argument.name();
      var read = OF_EVERY_CALL.matcher(name).lookingAt()
          || ownGrammar.filter(PlainLetters.of(name)::startsWith).isPresent()
          || parameters.stream().anyMatch(parameter -> parameter.reads(name));
      if (!read) {
        parameters.stream()
            .filter(parameter -> parameter.isNearMiss(name))
            .min(Comparator.comparingInt(parameter -> parameter.distance(name)))
            .ifPresent(parameter -> {
              throw WhmFailure.parameter(
                  Quoted.of(name), "is not read" + strange(name) + "; " + forms(parameter));
            });
      }
    }
  }

  /** A character that only looks like another is not seen in the name. */
  private static String strange(String name) {
    return name.codePoints()
        .filter(letter -> letter > '~')
        .mapToObj(" because of its character U+%04X"::formatted)
        .findFirst()
        .orElse("");
  }

  private static String forms(Parameter<?> parameter) {
    return parameter.takesSeveral()
        ? "did you mean “%1$s”, “%1$s-1”, “%1$s-2”?".formatted(parameter.name())
        : "did you mean “" + parameter.name() + "”?";
  }
}
