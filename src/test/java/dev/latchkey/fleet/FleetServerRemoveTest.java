package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetServerRemoveTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void itsNameAndNodeAreFreeAgain() {
    var owner = fleet.owner();
    var server = fleet.server(owner);

    assertThat(result("fleet_server_remove", "name", server.name())).isEqualTo(1);

    assertThat(WhmClient.of(owner).data("fleet_server_list").path("servers")).isEmpty();
    assertThat(result("fleet_server_add", "name", server.name(), "node", server.id()))
        .isEqualTo(1);
  }

  @Test
  void whileAGrantStandsItIsRefused() {
    var support = fleet.supportCase();
    support.grant();

    assertThat(root().failure("fleet_server_remove", "name", support.server().name()))
        .contains("grants stand");
    support.revoke();
    assertThat(result("fleet_server_remove", "name", support.server().name())).isEqualTo(1);
  }

  private int result(String function, String... arguments) {
    return root().post(function, arguments).at("/metadata/result").asInt();
  }
}
