package dev.latchkey.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.access.SessionClaim;
import dev.latchkey.api.Functions;
import dev.latchkey.api.LoginParameters;
import dev.latchkey.api.Parameter;
import dev.latchkey.wire.Entrance;
import java.util.List;

/** The paths of an OpenAPI document by which sessions are opened and ended. */
final class LoginPaths {
  /** Of the security schemes. */
  static final String SESSION = "session";

  private static final String OPEN = "/" + Entrance.OPEN.segment();
  private static final String END = "/" + Entrance.END.segment();
  private static final String PREFIX = "/{cpsess}";
  private static final List<Parameter<?>> ASKED =
      List.of(LoginParameters.GOTO_URI, LoginParameters.LOGIN_ONLY);

  private LoginPaths() {}

  static void scheme(ObjectNode schemes) {
    schemes
        .putObject(SESSION)
        .put("type", "apiKey")
        .put("in", "cookie")
        .put("name", SessionClaim.COOKIE)
        .put(
            "description",
            "The cookie of a login. Each path then has the session's /cpsess… before it, such as"
                + " /cpsess1234567890/json-api/version; the one is worth nothing without the other.");
  }

  static void put(ObjectNode paths) {
    var plain = paths.putObject(OPEN);
    page(operation(plain, "get", "login", "Shows the page to log in."));
    var byToken = operation(plain, "post", "login", Functions.LOGIN.sentence());
    form(byToken, List.of(LoginParameters.USER, LoginParameters.PASS), ASKED);
    opened(byToken);
    var prefixed = paths.putObject(PREFIX + OPEN);
    prefix(prefixed);
    var look = operation(
        prefixed,
        "get",
        "login_by_link",
        "Opens the session of a link, once; a browser (Accept: text/html) gets a page with a button, which uses nothing up.");
    query(look, List.of(LoginParameters.SESSION, LoginParameters.LOGIN_ONLY));
    opened(look);
    page(look);
    var byLink = operation(prefixed, "post", "login_by_link", "Opens the session of a link, once.");
    form(byLink, List.of(LoginParameters.SESSION), ASKED);
    opened(byLink);
    var ending = paths.putObject(PREFIX + END);
    prefix(ending);
    for (var method : List.of("get", "post")) {
      end(operation(ending, method, "logout", "Ends the session."));
    }
  }

  private static ObjectNode operation(
      ObjectNode path, String method, String name, String sentence) {
    var operation =
        path.putObject(method).put("operationId", method + "_" + name).put("summary", sentence);
    operation.putArray("security");
    operation.putObject("responses");
    return operation;
  }

  private static void prefix(ObjectNode path) {
    path.putArray("parameters")
        .addObject()
        .put("name", "cpsess")
        .put("in", "path")
        .put("required", true)
        .put("description", "The security token, without its slash.")
        .putObject("schema")
        .put("type", "string")
        .put("pattern", "^cpsess[0-9]{10}$");
  }

  private static void query(ObjectNode operation, List<Parameter<?>> parameters) {
    var array = operation.putArray("parameters");
    for (var one : parameters) {
      OpenApiDocument.schema(
          OpenApiDocument.parameter(
                  array.addObject(),
                  one.name(),
                  one.sentence(),
                  one.name().equals(LoginParameters.SESSION.name()))
              .putObject("schema"),
          one);
    }
  }

  private static void form(
      ObjectNode operation, List<Parameter<?>> required, List<Parameter<?>> optional) {
    var schema = operation
        .putObject("requestBody")
        .put("required", true)
        .putObject("content")
        .putObject("application/x-www-form-urlencoded")
        .putObject("schema");
    schema.put("type", "object");
    var properties = schema.putObject("properties");
    var names = schema.putArray("required");
    for (var one : required) {
      property(properties, one);
      names.add(one.name());
    }
    optional.forEach(one -> property(properties, one));
  }

  private static void property(ObjectNode properties, Parameter<?> one) {
    OpenApiDocument.schema(
        properties.putObject(one.name()).put("description", one.sentence()), one);
  }

  private static ObjectNode response(ObjectNode operation, String status, String sentence) {
    return operation.withObject("/responses").withObject("/" + status).put("description", sentence);
  }

  private static void page(ObjectNode operation) {
    response(operation, "200", "A page, or with login_only=1 JSON.")
        .withObject("/content")
        .putObject("text/html")
        .putObject("schema")
        .put("type", "string");
  }

  private static void opened(ObjectNode operation) {
    json(
        response(operation, "200", "With login_only=1: the session is open."),
        "status",
        "redirect",
        "security_token");
    headers(response(
        operation,
        "302",
        "The session is open; its security token is the first part of the path in Location."));
    headers(operation.withObject("/responses").withObject("/200"));
    json(
        response(
            operation,
            "401",
            "The same page for every cause, with “invalid_login”; or, if the token is good and there is no session all the same, with the reason."),
        "status",
        "message");
  }

  private static void end(ObjectNode operation) {
    operation.withArray("/security").addObject().putArray(SESSION);
    query(operation, List.of(LoginParameters.LOGIN_ONLY));
    json(
        response(operation, "200", "With login_only=1: the session has ended."),
        "status",
        "redirect");
    headers(response(operation, "303", "The session has ended; Location is " + OPEN + "."));
    response(operation, "403", "The cookie or the security token is missing or is not valid.");
  }

  private static void json(ObjectNode response, String status, String... texts) {
    var schema = response.withObject("/content").putObject("application/json").putObject("schema");
    schema.put("type", "object");
    var properties = schema.putObject("properties");
    properties.putObject(status).put("type", "integer").put("description", "1 if it is done.");
    for (var text : texts) {
      properties.putObject(text).put("type", "string");
    }
  }

  private static void headers(ObjectNode response) {
    var headers = response.putObject("headers");
    for (var name : List.of("Location", "Set-Cookie")) {
      headers.putObject(name).putObject("schema").put("type", "string");
    }
  }
}
