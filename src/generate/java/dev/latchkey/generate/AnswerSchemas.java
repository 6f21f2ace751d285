package dev.latchkey.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.DryRun;
import dev.latchkey.api.Field;
import dev.latchkey.api.FieldType;
import dev.latchkey.api.FieldType.ByName;
import dev.latchkey.api.FieldType.ListOf;
import dev.latchkey.api.FieldType.Simple;
import dev.latchkey.wire.Envelope;
import java.util.List;

/** The answers of the functions as components of the OpenAPI document, which GET and POST share. */
final class AnswerSchemas {
  private AnswerSchemas() {}

  static void put(ObjectNode components, List<Declaration> functions) {
    var schemas = components.putObject("schemas");
    hash(schemas.putObject("metadata"), Envelope.METADATA);
    hash(
        schemas.putObject("dry_run").put("title", "with " + DryRun.PARAMETER.name() + "=1"),
        DryRun.FIELDS);
    var responses = components.putObject("responses");
    functions.forEach(function -> put(responses.putObject(function.name()), function));
  }

  static String reference(Declaration function) {
    return "#/components/responses/" + function.name();
  }

  private static void put(ObjectNode response, Declaration function) {
    response.put(
        "description",
        "Done if metadata.result is 1. If it is 0, the call was refused or is not done: metadata.reason says why,"
            + " and a refusal has no data.");
    var answer = response.putObject("content").putObject("application/json").putObject("schema");
    var properties = answer.put("type", "object").putObject("properties");
    metadata(properties.putObject("metadata"), function);
    var data = properties.putObject("data");
    if (function.mayAnswerNothing()) {
      data.put(
          "description",
          function.fields().isEmpty() ? "Left out or empty." : "Left out if nothing is found.");
    }
    if (function.isForManyServers() || function.isChanging()) {
      var forms = data.putArray("anyOf");
      var one = function.isForManyServers() ? "one server" : "done";
      hash(forms.addObject().put("title", one), function.fields());
      if (function.isForManyServers()) {
        hash(forms.addObject().put("title", "several servers"), function.fieldsOfMany());
      }
      if (function.isChanging()) {
        forms.addObject().put("$ref", "#/components/schemas/dry_run");
      }
    } else {
      hash(data, function.fields());
    }
    answer.putArray("required").add("metadata");
  }

  private static void metadata(ObjectNode schema, Declaration function) {
    if (function.metadata().isEmpty()) {
      schema.put("$ref", "#/components/schemas/metadata");
      return;
    }
    var parts = schema.putArray("allOf");
    parts.addObject().put("$ref", "#/components/schemas/metadata");
    var more = parts.addObject().put("type", "object").putObject("properties");
    // Not required: a refusal does not have them.
    function.metadata().forEach(field -> field(more.putObject(field.name()), field));
  }

  private static void hash(ObjectNode schema, List<Field> fields) {
    schema.put("type", "object");
    if (fields.isEmpty()) {
      return;
    }
    var properties = schema.putObject("properties");
    fields.forEach(field -> field(properties.putObject(field.name()), field));
    var required =
        fields.stream().filter(field -> !field.mayBeAbsent()).map(Field::name).toList();
    if (!required.isEmpty()) {
      var names = schema.putArray("required");
      required.forEach(names::add);
    }
  }

  private static void field(ObjectNode schema, Field field) {
    schema.put("description", field.sentence());
    type(schema, field.type());
    if (field.mayBeNull()) {
      schema.put("nullable", true);
    }
  }

  private static void type(ObjectNode schema, FieldType type) {
    if (type instanceof ListOf list) {
      type(schema.put("type", "array").putObject("items"), list.each());
      if (list.most() != ListOf.ALL) {
        schema.put("maxItems", list.most());
      }
    } else if (type instanceof ByName byName) {
      type(schema.put("type", "object").putObject("additionalProperties"), byName.each());
      if (byName.most() != ListOf.ALL) {
        schema.put("maxProperties", byName.most());
      }
    } else if (type instanceof Simple simple) {
      simple(schema, simple);
    } else {
      hash(schema, type.fields());
    }
  }

  private static void simple(ObjectNode schema, Simple type) {
    switch (type) {
      case TEXT -> schema.put("type", "string");
      case NUMBER, TIME -> schema.put("type", "integer").put("format", "int64");
      case FLAG -> schema.put("type", "integer").putArray("enum").add(0).add(1);
      case ANY_HASH -> schema.put("type", "object");
    }
  }
}
