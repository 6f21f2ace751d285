package dev.latchkey.mcp;

import dev.latchkey.api.Declaration;
import dev.latchkey.api.DryRun;
import dev.latchkey.api.FieldType.ListOf;
import dev.latchkey.api.IdempotencyKey;
import dev.latchkey.api.Parameter;
import dev.latchkey.data.Data;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a tool takes, as JSON Schema (2020-12): the parameters of the function, but for those that the door gives itself. */
final class ToolSchema {
  /** The one argument of a tool that is no parameter of its function. */
  static final String CONFIRM = "confirm";

  private static final Set<String> OF_THE_DOOR =
      Set.of(DryRun.PARAMETER.name(), IdempotencyKey.PARAMETER.name());

  /** Of functions that answer a list and change nothing. */
  private static final Map<String, String> PART = part();

  private ToolSchema() {}

  private static Map<String, String> part() {
    var part = new LinkedHashMap<String, String>();
    part.put("api.chunk.enable", "1 to answer a part of the list.");
    part.put("api.chunk.size", "How many records a part has.");
    part.put("api.chunk.start", "The first record of the part, from 1.");
    return part;
  }

  static Data.Hash of(Declaration function) {
    var properties = Data.hash();
    for (var parameter : parameters(function)) {
      properties = properties.with(parameter.name(), of(parameter));
    }
    if (function.isChanging()) {
      properties = properties.with(
          CONFIRM,
          type("string")
              .with(
                  "description",
                  "Left out in the first call, which is a dry run; then the code that it answered, with the same arguments."));
    } else if (answersList(function)) {
      for (var entry : PART.entrySet()) {
        properties =
            properties.with(entry.getKey(), type("integer").with("description", entry.getValue()));
      }
    }
    var required = parameters(function).stream()
        .filter(Parameter::isRequired)
        .map(Parameter::name)
        .toList();
    var schema = type("object").with("properties", properties);
    return (required.isEmpty() ? schema : schema.with("required", Data.texts(required)))
        .with("additionalProperties", new Data.Truth(false));
  }

  /** The names of all that the tool takes. */
  static Set<String> names(Declaration function) {
    var names = parameters(function).stream().map(Parameter::name).collect(Collectors.toSet());
    if (function.isChanging()) {
      names.add(CONFIRM);
    } else if (answersList(function)) {
      names.addAll(PART.keySet());
    }
    return names;
  }

  private static List<Parameter<?>> parameters(Declaration function) {
    return function.parameters().stream()
        .<Parameter<?>>map(parameter -> parameter)
        .filter(parameter -> !OF_THE_DOOR.contains(parameter.name()))
        .toList();
  }

  private static boolean answersList(Declaration function) {
    return function.fields().stream().anyMatch(field -> field.type() instanceof ListOf);
  }

  private static Data.Hash of(Parameter<?> parameter) {
    var choices = parameter.type().choices();
    var typed = type(parameter.type().schema());
    var each = choices.isEmpty() ? typed : typed.with("enum", Data.texts(choices));
    var schema = parameter.takesSeveral() ? type("array").with("items", each) : each;
    return schema
        .with("description", parameter.sentence())
        .with(
            "writeOnly",
            parameter.type().isSecret() ? Optional.of(new Data.Truth(true)) : Optional.empty())
        .with("default", parameter.byDefault().map(value -> value(parameter, value)));
  }

  private static Data value(Parameter<?> parameter, String value) {
    return parameter.type().schema().equals("integer")
        ? Data.number(Long.parseLong(value))
        : Data.text(value);
  }

  private static Data.Hash type(String name) {
    return Data.hash().with("type", name);
  }
}
