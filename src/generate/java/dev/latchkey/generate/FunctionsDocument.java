package dev.latchkey.generate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.access.Privilege;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.FieldType.ListOf;
import dev.latchkey.api.Parameter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the functions declare, one a line, for what shows them to people: the console and the command line. OpenAPI has no
 * place for who may call a function, whether it changes anything, and which values are secrets.
 */
final class FunctionsDocument {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private FunctionsDocument() {}

  static String of(List<Declaration> functions) {
    var lines = functions.stream().map(FunctionsDocument::function).map(FunctionsDocument::line);
    return Generated.firstMember(FunctionsDocument.class) + ",\n\"functions\": [\n"
        + String.join(",\n", lines.toList()) + "\n]}\n";
  }

  private static ObjectNode function(Declaration declared) {
    var function = JsonNodeFactory.instance
        .objectNode()
        .put("name", declared.name())
        .put("sentence", declared.sentence())
        .put("privilege", declared.privilege().map(Privilege::acl).orElse(""))
        .put("changes", declared.mayChange())
        .put("dry_run", declared.isChanging())
        .put("servers", servers(declared));
    var parameters = function.putArray("parameters");
    declared.parameters().forEach(parameter -> parameters.add(parameter(parameter)));
    var secrets = function.putArray("secrets");
    secrets(declared.fields()).distinct().forEach(secrets::add);
    var lists = declared.fields().stream()
        .filter(field -> field.type() instanceof ListOf)
        .map(Field::name)
        .toList();
    if (lists.size() == 1) {
      function.put("list", lists.get(0));
    }
    return function;
  }

  private static String servers(Declaration declared) {
    if (declared.isForManyServers()) {
      return "many";
    }
    return declared.parameters().stream().anyMatch(one -> one.name().equals("api.server"))
        ? "one"
        : "none";
  }

  private static ObjectNode parameter(Parameter<?> declared) {
    var type = declared.type();
    var parameter = JsonNodeFactory.instance
        .objectNode()
        .put("name", declared.name())
        .put("type", FunctionsPage.word(type))
        .put("required", declared.isRequired())
        .put("repeats", declared.takesSeveral())
        .put("secret", type.isSecret())
        .put("sentence", declared.sentence());
    declared.byDefault().ifPresent(value -> parameter.put("default", value));
    if (!type.choices().isEmpty()) {
      type.choices().forEach(parameter.putArray("enum")::add);
    }
    return parameter;
  }

  /** The names of secrets, wherever they stand in the answer. */
  private static Stream<String> secrets(List<Field> fields) {
    return fields.stream()
        .flatMap(field -> Stream.concat(
            field.isSecret() ? Stream.of(field.name()) : Stream.empty(),
            secrets(field.type().fields())));
  }

  private static String line(ObjectNode function) {
    try {
      return MAPPER.writeValueAsString(function);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
