package dev.latchkey.hulk;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Privilege;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.CphulkServer;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** A server with a stand-in of cPHulk, and whoever may do everything with it. */
abstract class HulkCase extends WhmTest {
  static final String OFFICE = "192.0.2.7";

  @Inject
  Fleet fleet;

  Account owner;
  WhmClient client;
  CphulkServer server;

  @BeforeEach
  void oneServer() {
    owner = accounts.reseller(Privilege.ALL);
    client = WhmClient.of(owner);
    server = CphulkServer.of(fleet.server(owner));
  }

  JsonNode call(String function, String... arguments) {
    return callFor(server.name(), function, arguments);
  }

  JsonNode callFor(String servers, String function, String... arguments) {
    var all = new ArrayList<>(List.of("api.server", servers, "api.wait", "20"));
    all.addAll(List.of(arguments));
    return client.post(function, all.toArray(String[]::new));
  }

  static JsonNode data(JsonNode answer) {
    return answer.path("data");
  }

  static int result(JsonNode answer) {
    return answer.at("/metadata/result").asInt(-1);
  }

  static String reason(JsonNode answer) {
    return answer.at("/metadata/reason").asText();
  }

  List<String> audited() {
    return client.data("audit_list").path("entries").findValuesAsText("change");
  }
}
