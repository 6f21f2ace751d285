package dev.latchkey.sam;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The routes of the HTTP API, of which a call takes the most exact one that matches. */
final class Routes {
  private final List<GatewayRoute> routes;

  Routes(List<GatewayRoute> routes) {
    this.routes =
        routes.stream().sorted(Comparator.comparing(GatewayRoute::exactness)).toList();
  }

  /** The most exact first, for calls of equally many segments. */
  List<GatewayRoute> all() {
    return routes;
  }

  /** @param path decoded, as API Gateway has it when it looks for a route */
  Optional<Match> find(String method, String path) {
    return routes.stream()
        .flatMap(route ->
            route.match(method, path).map(variables -> new Match(route, variables)).stream())
        .findFirst();
  }

  /** @param variables those of the path, by name */
  record Match(GatewayRoute route, Map<String, String> variables) {}
}
