package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class FleetServerListTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void anOwnerSeesItsOwnAndRootAll() {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var others = fleet.server(fleet.owner());

    var own = WhmClient.of(owner).data("fleet_server_list").path("servers");

    assertThat(own.findValuesAsText("name")).containsExactly(server.name());
    assertThat(own.get(0).path("node").asText()).isEqualTo(server.id());
    assertThat(root().data("fleet_server_list").path("servers").findValuesAsText("name"))
        .contains(server.name(), others.name());
  }

  @Test
  void whatAServerStatedIsShown() {
    var support = fleet.supportCase();
    support.grant();

    var shown = support.client().data("fleet_server_list").at("/servers/0");

    assertThat(shown.path("generation").asInt()).isEqualTo(1);
    assertThat(shown.path("confirmed").asInt()).isEqualTo(1);
    assertThat(shown.path("agent_version").asText()).isEqualTo("1");
    assertThat(shown.path("seen_at").asLong()).isPositive();
  }
}
