package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The template's conditions, answered when they are asked. */
final class Conditions {
  private final Map<?, ?> declared;
  private final UnaryOperator<Object> values;

  /** @param values what gives a condition's operand its value */
  Conditions(Map<?, ?> declared, UnaryOperator<Object> values) {
    this.declared = declared;
    this.values = values;
  }

  boolean holds(Object name) {
    if (!declared.containsKey(name)) {
      throw new LocalProblem("the template declares no condition " + name);
    }
    return test(declared.get(name));
  }

  private boolean test(Object condition) {
    if (!(condition instanceof Intrinsic function)) {
      throw new LocalProblem("the template has an invalid condition: " + condition);
    }
    if (function.name().equals("Condition")) {
      return holds(function.argument());
    }
    var arguments = (List<?>) function.argument();
    return switch (function.name()) {
      case "Equals" ->
        String.valueOf(values.apply(arguments.get(0)))
            .equals(String.valueOf(values.apply(arguments.get(1))));
      case "Not" -> !test(arguments.get(0));
      case "And" -> arguments.stream().allMatch(this::test);
      case "Or" -> arguments.stream().anyMatch(this::test);
      default ->
        throw new LocalProblem("!" + function.name() + " in a condition is not known here");
    };
  }
}
