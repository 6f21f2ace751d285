package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The routes that an HTTP API's definition names: each operation's integration, and the function behind that. */
final class OpenApi {
  private static final String EXTENSION = "x-amazon-apigateway-";
  private static final String ANY_METHOD = EXTENSION + "any-method";
  private static final List<String> METHODS =
      List.of("get", "put", "post", "delete", "options", "head", "patch", ANY_METHOD);
  private static final Pattern FUNCTION = Pattern.compile(
      ".*/functions/" + Pattern.quote(Stack.arn("")) + "([A-Za-z0-9]+)/invocations");

  private final Map<?, ?> definition;

  /** @param definition with no function of CloudFormation left in it */
  OpenApi(Map<?, ?> definition) {
    this.definition = definition;
  }

  List<GatewayRoute> routes() {
    var routes = new ArrayList<GatewayRoute>();
    var paths = Tree.map(definition, "paths");
    for (var path : paths.keySet()) {
      var operations = Tree.map(paths, path);
      for (var method : METHODS) {
        if (operations.containsKey(method)) {
          routes.add(route(method, (String) path, Tree.map(operations, method)));
        }
      }
    }
    return routes;
  }

  private GatewayRoute route(String method, String path, Map<?, ?> operation) {
    var integration = referred(Tree.map(operation, EXTENSION + "integration"));
    if (!"aws_proxy".equals(integration.get("type"))
        || !"2.0".equals(integration.get("payloadFormatVersion"))) {
      throw new LocalProblem(
          "the route " + path + " of the template leads to no function, or not in format 2.0");
    }
    var function = FUNCTION.matcher(String.valueOf(integration.get("uri")));
    if (!function.matches()) {
      throw new LocalProblem("the route " + path + " of the template leads to no function of it");
    }
    return new GatewayRoute(
        method.equals(ANY_METHOD) ? GatewayRoute.ANY : method.toUpperCase(Locale.ROOT),
        path.equals("/" + GatewayRoute.DEFAULT) ? GatewayRoute.DEFAULT : path,
        function.group(1));
  }

  private Map<?, ?> referred(Map<?, ?> integration) {
    return integration.get("$ref") instanceof String reference
        ? Tree.path(definition, reference.replaceFirst("^#/", "").split("/"))
        : integration;
  }
}
