package dev.latchkey.ticket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one call for two servers answers. */
@QuarkusTest
@WayIn
class SeveralServersGoldenTest extends WhmTest {
  @Inject
  Fleet fleet;

  private Account owner;
  private FolderServer first;
  private FolderServer second;

  @BeforeEach
  void twoServers() {
    owner = fleet.owner();
    first = fleet.server(owner);
    second = fleet.server(owner);
  }

  private String both() {
    return first.name() + "," + second.name();
  }

  private void assertJson(String function, String... arguments) {
    Golden.assertJson(function + "-servers.json", call(function, arguments));
  }

  private JsonNode call(String function, String... arguments) {
    var all = new ArrayList<>(List.of("api.server", both(), "api.wait", "20"));
    all.addAll(List.of(arguments));
    return WhmClient.of(owner).post(function, all.toArray(String[]::new));
  }

  /** The second has another key in a file of the same name, and none to delete afterwards. */
  @Test
  void keys() throws IOException {
    for (var server : List.of(first, second)) {
      Files.writeString(
          server.folder().resolve("root/.ssh/test"), Keys.ed25519() + " me@example.com\n");
    }
    assertJson("authorizesshkey", "file", "test", "authorize", "1");
    assertJson("listsshkeys");
    Files.delete(second.folder().resolve("root/.ssh/test"));
    assertJson("deletesshkey", "file", "test", "leave_authorized", "0");
  }

  @Test
  void checks() {
    assertJson("fleet_server_check");
  }

  /** One that has a grant and a firewall, and one that has neither. */
  @Test
  void whitelist() {
    var granted = new WhitelistCase(fleet.supportCase(owner, first), RetoldServer.of(first));
    granted.support().grant();
    granted.firewallIs("WHOLE");
    assertJson("ticket_whitelist_check");
    Golden.assertXml(
        "ticket_whitelist_check-servers.xml",
        WhmClient.of(owner)
            .raw()
            .get("/xml-api/ticket_whitelist_check?api.version=1&api.wait=20&api.server=" + both())
            .asString());
  }
}
