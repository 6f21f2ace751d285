package dev.latchkey.sam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As API Gateway's HTTP API chooses. */
class RoutesTest {
  private static final Routes ROUTES = new Routes(List.of(
      new GatewayRoute(GatewayRoute.ANY, GatewayRoute.DEFAULT, "Default"),
      new GatewayRoute(GatewayRoute.ANY, "/{session}/{api}/version", "Session"),
      new GatewayRoute(GatewayRoute.ANY, "/fixed/{api}/version", "Fixed"),
      new GatewayRoute(GatewayRoute.ANY, "/{api}/version", "Version"),
      new GatewayRoute("GET", "/json-api/version", "Got")));

  @Test
  void theMostExactOneIsTaken() {
    assertThat(function("POST", "/json-api/version")).isEqualTo("Version");
    assertThat(function("GET", "/json-api/version")).isEqualTo("Got");
    assertThat(function("GET", "/fixed/json-api/version")).isEqualTo("Fixed");
    assertThat(function("GET", "/cpsess1/json-api/version")).isEqualTo("Session");
  }

  @Test
  void allElseIsTheDefault() {
    for (var path : List.of(
        "/",
        "/json-api",
        "/json-api/version/",
        "/json-api/Version",
        "//json-api/version",
        "/a/b/json-api/version")) {
      assertThat(function("GET", path)).as(path).isEqualTo("Default");
    }
  }

  @Test
  void withoutADefaultThereMayBeNone() {
    assertThat(new Routes(List.of()).find("GET", "/")).isEmpty();
  }

  @Test
  void variablesAndKeysAreTold() {
    var match = ROUTES.find("GET", "/cpsess1/json-api/version").orElseThrow();
    assertThat(match.variables()).isEqualTo(Map.of("session", "cpsess1", "api", "json-api"));
    assertThat(match.route().key()).isEqualTo("ANY /{session}/{api}/version");
    assertThat(ROUTES.find("GET", "/").orElseThrow().route().key()).isEqualTo("$default");
  }

  private static String function(String method, String path) {
    return ROUTES.find(method, path).orElseThrow().route().function();
  }
}
