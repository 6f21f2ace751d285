package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class FleetServerAddTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void nameAndNodeAreUnique() {
    var server = fleet.server(fleet.owner());

    assertThat(root()
            .failure("fleet_server_add", "name", server.name(), "node", "i-0123456789abcdef0"))
        .contains("name: ", "already");
    assertThat(
            root().failure("fleet_server_add", "name", server.name() + "-b", "node", server.id()))
        .contains("node: ", "another server");
  }

  @Test
  void namesAndNodesThatAreNoneAreRefused() {
    for (var name : new String[] {"Web", "1web", "a_b", "api", "localhost", "a".repeat(64)}) {
      assertThat(root().failure("fleet_server_add", "name", name, "node", "i-0123456789abcdef0"))
          .contains("name: ");
    }
    for (var node : new String[] {"i-1", "mi-0123456789abcdef", "i-0123456789ABCDEF0", "web"}) {
      assertThat(root().failure("fleet_server_add", "name", "fine", "node", node))
          .contains("node: ");
    }
  }

  @Test
  void anUnknownOwnerIsRefused() {
    assertThat(root()
            .failure(
                "fleet_server_add",
                "name",
                "orphan",
                "node",
                "i-0123456789abcdef1",
                "owner",
                "nobody"))
        .contains("owner: ", "“nobody”");
  }

  @Test
  void itWantsAll() {
    assertThat(WhmClient.of(fleet.owner())
            .failure("fleet_server_add", "name", "mine", "node", "i-0123456789abcdef2"))
        .contains("“all”");
  }
}
