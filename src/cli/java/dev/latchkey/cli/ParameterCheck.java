package dev.latchkey.cli;

import java.util.List;
import java.util.Optional;

/**
 * A server passes over parameters that it does not know, as WHM does. One that looks like a slip of the fingers is refused
 * here before a call that changes something: {@code api.dry_rnu=1} would change what it was to try.
 */
final class ParameterCheck {
  private static final List<String> OF_EVERY_FUNCTION =
      List.of("api.version", "api.filter.", "api.sort.", "api.chunk.", "api.columns.");

  private ParameterCheck() {}

  /**
   * @param isWhmapi1 whose lines may have parameters that cPanel once had; nothing but an {@code api.…} is judged there
   * @return a sentence on what is sent all the same, as a newer server may know it
   * @throws CliProblem if something would change otherwise than it was meant
   */
  static Optional<String> of(CallPlan plan, boolean isWhmapi1) {
    if (plan.declaration().isEmpty()) {
      return Optional.empty();
    }
    var function = plan.declaration().get();
    var unknown = plan.arguments().stream()
        .map(Written::name)
        .filter(name -> !isWhmapi1 || name.startsWith("api."))
        .filter(
            name -> !function.takes(name) && OF_EVERY_FUNCTION.stream().noneMatch(name::startsWith))
        .findFirst();
    if (unknown.isEmpty()) {
      return Optional.empty();
    }
    var like = Likeness.of(unknown.get(), function.parameters().stream().map(OneParameter::name));
    var name = Visible.line(unknown.get());
    if (like.isPresent() && function.changes()) {
      throw CliProblem.usage(
          function.name() + " has no parameter " + name + "; did you mean " + like.get() + "?");
    }
    return Optional.of("This version does not know a parameter " + name + " of " + function.name()
        + like.map(near -> "; did you mean " + near + "?")
            .orElse(", and a server that does not know it passes over it."));
  }
}
