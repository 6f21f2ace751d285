package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the functions about the fleet's keys and its drift answer, in JSON and XML, and for several servers. */
@QuarkusTest
@WayIn
@DrivesAgent
class FindingGoldenTest extends WhmTest {
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBERERERERERERERERERERERERERERERERERERERERER";

  @Inject
  Fleet fleet;

  private FolderServer server;
  private FolderServer other;
  private WhmClient client;

  @BeforeEach
  void twoServersWithAKey() throws IOException {
    var owner = fleet.owner();
    client = WhmClient.of(owner);
    server = server(owner);
    other = server(owner);
  }

  private FolderServer server(Account owner) throws IOException {
    var made = fleet.server(owner);
    Files.createDirectories(Fleet.authorizedKeys(made).getParent());
    Files.writeString(
        Fleet.authorizedKeys(made), "from=\"192.0.2.1\",no-pty " + KEY + " backup@office\n");
    return made;
  }

  private JsonNode call(String function, String... arguments) {
    return client.post(function, arguments);
  }

  @Test
  void inJson() {
    var both = server.name() + "," + other.name();
    assertGolden(
        "fleet_key_scan.json",
        call("fleet_key_scan", "api.server", server.name(), "api.wait", "20"));
    assertGolden(
        "fleet_key_scan-servers.json",
        call("fleet_key_scan", "api.server", both, "api.wait", "20"));
    assertGolden("fleet_key_list.json", call("fleet_key_list", "api.server", server.name()));
    assertGolden("fleet_drift.json", call("fleet_drift", "api.server", server.name()));
    assertGolden(
        "fleet_drift_acknowledge.json",
        call(
            "fleet_drift_acknowledge",
            "api.server",
            server.name(),
            "what",
            "account support",
            "reason",
            "the help desk's account"));
    assertGolden(
        "fleet_drift_acknowledge-servers.json",
        call("fleet_drift_acknowledge", "api.server", both, "all", "1", "reason", "there before"));
  }

  @Test
  void inXml() {
    assertGoldenXml("fleet_key_scan", "&api.wait=20");
    assertGoldenXml("fleet_key_list", "");
    assertGoldenXml("fleet_drift", "");
    assertGoldenXml("fleet_drift_acknowledge", "&what=account%20support&reason=known");
  }

  private static void assertGolden(String file, JsonNode answer) {
    var golden = Golden.json(file);
    assertThat(Golden.leavingOut(answer, golden)).isEqualTo(golden);
  }

  private void assertGoldenXml(String function, String arguments) {
    var answer = client
        .raw()
        .get("/xml-api/" + function + "?api.version=1&api.server=" + server.name() + arguments)
        .asString()
        .replaceAll("s[0-9a-f]{8}-[0-9a-f-]{9}", "SERVER")
        .replaceAll("_(seen|at)>[0-9]+<", "_$1>TIME<");

    assertThat(Golden.canonical(answer))
        .isEqualTo(Golden.canonical(Golden.text(function + ".xml")));
  }
}
