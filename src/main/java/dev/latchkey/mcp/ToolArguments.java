package dev.latchkey.mcp;

import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.DryRun;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.text.Quoted;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a call of a tool says, as a call of its function: a change without a code is a dry run.
 *
 * @param confirm the code that a dry run gave
 */
public record ToolArguments(Arguments arguments, Optional<String> confirm) {
  private static final int MOST = 500;

  /** @throws WhmFailure naming what would not be read, and what would be right */
  public static ToolArguments read(Declaration function, Data.Hash given) {
    var names = ToolSchema.names(function);
    var arguments = new ArrayList<Argument>();
    Optional<String> confirm = Optional.empty();
    for (var entry : given.entries().entrySet()) {
      if (!names.contains(entry.getKey())) {
        throw WhmFailure.parameter(
            entry.getKey(),
            function.name() + " takes no such argument; it takes "
                + String.join(", ", new TreeSet<>(names)) + ".");
      }
      if (entry.getKey().equals(ToolSchema.CONFIRM)) {
        confirm = code(entry.getValue());
      } else {
        add(entry.getKey(), entry.getValue(), arguments);
      }
    }
    if (function.isChanging() && confirm.isEmpty()) {
      arguments.add(new Argument(DryRun.PARAMETER.name(), "1"));
    }
    return new ToolArguments(new Arguments(arguments), confirm);
  }

  /** {@code null} is as good as left out, as for any argument: the call is a dry run. */
  private static Optional<String> code(Data value) {
    if (value instanceof Data.Null) {
      return Optional.empty();
    }
    if (value instanceof Data.Text text) {
      return Optional.of(text.value());
    }
    throw WhmFailure.parameter(ToolSchema.CONFIRM, "is not a text; send the code as it came.");
  }

  /** {@code null} is as good as left out, and a list without values is empty, as in the JSON of any call. */
  private static void add(String name, Data value, ArrayList<Argument> to) {
    if (value instanceof Data.Sequence several) {
      several.items().forEach(item -> addOne(name, item, to));
      if (several.items().stream().allMatch(Data.Null.class::isInstance)) {
        to.add(new Argument(name, ""));
      }
    } else {
      addOne(name, value, to);
    }
  }

  private static void addOne(String name, Data value, ArrayList<Argument> to) {
    if (to.size() == MOST) {
      throw WhmFailure.refused("The call has more than " + MOST + " arguments.");
    }
    if (value instanceof Data.Text text) {
      to.add(new Argument(name, text.value()));
    } else if (value instanceof Data.Number number) {
      to.add(new Argument(name, Long.toString(number.value())));
    } else if (value instanceof Data.Truth truth) {
      to.add(new Argument(name, truth.value() ? "1" : "0"));
    } else if (!(value instanceof Data.Null)) {
      throw WhmFailure.parameter(
          Quoted.of(name), "a nested value is not read; send a text, a number or a list of these.");
    }
  }
}
