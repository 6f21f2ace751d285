package dev.latchkey.generate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Functions;
import dev.latchkey.api.IdempotencyKey;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The OpenAPI document of the functions, made of their declarations alone. */
final class OpenApiDocument {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private OpenApiDocument() {}

  static String of(List<Declaration> functions) {
    var document = JsonNodeFactory.instance.objectNode().put("openapi", "3.0.3");
    document
        .putObject("info")
        .put("title", "Latchkey")
        .put(
            "description",
            "WHM API 1 for a whole fleet of hosting servers. What is answered at /json-api/NAME as JSON is"
                + " answered at /xml-api/NAME as XML: lists are repeated elements, and a list without items is"
                + " left out. api.columns leaves fields out of the items of a list.")
        .put("version", "1");
    document.putArray("servers").addObject().put("url", "https://localhost:2087");
    var paths = document.putObject("paths");
    functions.forEach(function -> path(paths, function));
    LoginPaths.put(paths);
    var others = document.putObject("x-latchkey-numbers");
    List.of(Functions.LOGIN, Functions.MCP).forEach(one -> others.put(one.name(), one.number()));
    var components = document.putObject("components");
    AnswerSchemas.put(components, functions);
    var schemes = components.putObject("securitySchemes");
    schemes
        .putObject("token")
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "Authorization")
        .put("description", "whm USER:TOKEN");
    schemes
        .putObject("basic")
        .put("type", "http")
        .put("scheme", "basic")
        .put("description", "USER and TOKEN");
    LoginPaths.scheme(schemes);
    var security = document.putArray("security");
    security.addObject().putArray("token");
    security.addObject().putArray("basic");
    security.addObject().putArray(LoginPaths.SESSION);
    try {
      return Generated.firstMember(OpenApiDocument.class) + ","
          + MAPPER.writeValueAsString(document).substring(1) + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void path(ObjectNode paths, Declaration function) {
    var path = paths.putObject("/json-api/" + function.name());
    var get = operation(path.putObject("get"), function, "get");
    var parameters = get.putArray("parameters");
    parameter(parameters.addObject(), "api.version", "Always 1.", true)
        .putObject("schema")
        .put("type", "integer")
        .putArray("enum")
        .add(1);
    for (var one : function.parameters()) {
      schema(
          parameter(parameters.addObject(), one.name(), one.sentence(), one.isRequired())
              .putObject("schema"),
          one);
    }
    var post = operation(path.putObject("post"), function, "post");
    if (function.isChanging()) {
      header(parameters.addObject());
      header(post.putArray("parameters").addObject());
    }
    var form = post.putObject("requestBody")
        .put("required", true)
        .putObject("content")
        .putObject("application/x-www-form-urlencoded")
        .putObject("schema");
    form.put("type", "object");
    var properties = form.putObject("properties");
    properties.putObject("api.version").put("type", "integer").putArray("enum").add(1);
    var required = form.putArray("required").add("api.version");
    for (var one : function.parameters()) {
      schema(properties.putObject(one.name()).put("description", one.sentence()), one);
      if (one.isRequired()) {
        required.add(one.name());
      }
    }
  }

  private static void header(ObjectNode parameter) {
    parameter
        .put("name", IdempotencyKey.HEADER)
        .put("in", "header")
        .put("required", false)
        .put("description", "The same as " + IdempotencyKey.PARAMETER.name() + ".")
        .putObject("schema")
        .put("type", "string");
  }

  private static ObjectNode operation(ObjectNode operation, Declaration function, String method) {
    operation
        .put("operationId", method + "_" + function.name())
        .put("summary", function.sentence())
        .put("x-latchkey-number", function.number())
        .put("x-latchkey-price-class", function.priceClass().word());
    function
        .privilege()
        .ifPresent(privilege ->
            operation.put("description", "Requires the privilege " + privilege.acl() + "."));
    var responses = operation.putObject("responses");
    responses.putObject("200").put("$ref", AnswerSchemas.reference(function));
    responses.putObject("403").put("description", "The credential is missing or is not valid.");
    responses
        .putObject("500")
        .put("description", "The server has a fault; the XID in metadata.reason is in its log.");
    return operation;
  }

  static ObjectNode parameter(
      ObjectNode parameter, String name, String sentence, boolean required) {
    return parameter
        .put("name", name)
        .put("in", "query")
        .put("required", required)
        .put("description", sentence);
  }

  private static void putDefault(ObjectNode schema, ParameterType<?> type, String value) {
    if (type.schema().equals("integer")) {
      schema.put("default", Long.parseLong(value));
    } else {
      schema.put("default", value);
    }
  }

  static void schema(ObjectNode schema, Parameter<?> parameter) {
    if (parameter.takesSeveral()) {
      schema
          .put("type", "array")
          .putObject("items")
          .put("type", parameter.type().schema());
      choices((ObjectNode) schema.get("items"), parameter.type());
    } else {
      schema.put("type", parameter.type().schema());
      choices(schema, parameter.type());
      parameter.byDefault().ifPresent(value -> putDefault(schema, parameter.type(), value));
    }
  }

  private static void choices(ObjectNode schema, ParameterType<?> type) {
    if (!type.choices().isEmpty()) {
      type.choices().forEach(schema.putArray("enum")::add);
    }
  }
}
