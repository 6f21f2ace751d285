package dev.latchkey.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** What a dry run answers, with words in place of what differs on each run. */
@QuarkusTest
@WayIn
class DryRunGoldenTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void ofGrantAndRevoke() {
    var support = fleet.supportCase();
    String[] grant = {
      "ticket_id",
      support.ticket(),
      "server_num",
      "1",
      "secure_id",
      support.secureId(),
      "api.wait",
      "20"
    };
    assertGoldens(support, support.client(), "ticket_grant", grant);
    support.grant();
    assertGoldens(
        support,
        support.client(),
        "ticket_revoke",
        "ticket_id",
        support.ticket(),
        "server_num",
        "1",
        "ssh_username",
        "root",
        "api.wait",
        "20");
  }

  @Test
  void ofKeyTokenAndServer() {
    var support = fleet.supportCase();
    assertGoldens(
        support,
        support.client(),
        "authorizesshkey",
        "text",
        Keys.ed25519(),
        "authorize",
        "1",
        "api.wait",
        "20");
    assertGoldens(support, support.client(), "api_token_create", "token_name", "ci");
    assertGoldens(
        support,
        root(),
        "fleet_server_remove",
        "name",
        support.server().name(),
        "api.uninstall",
        "1",
        "api.wait",
        "20");
  }

  private static void assertGoldens(
      SupportCase support, WhmClient client, String function, String... arguments) {
    var file = "dry-run-" + function;
    var query = "/" + function + "?api.version=1&api.dry_run=1&" + WhmClient.form(arguments);
    var json = plain(support, client.raw().get("/json-api" + query).asString());
    var xml = plain(support, client.raw().get("/xml-api" + query).asString());

    assertThat(WhmClient.parse(json)).isEqualTo(Golden.json(file + ".json"));
    assertThat(Golden.canonical(xml)).isEqualTo(Golden.canonical(Golden.text(file + ".xml")));
  }

  private static String plain(SupportCase support, String answer) {
    return answer
        .replace(support.server().name(), "SERVER")
        .replace(support.server().id(), "NODE")
        .replaceAll("ticket " + support.ticket(), "ticket TICKET")
        .replaceAll("SHA256:[A-Za-z0-9+/\\\\]{43,}", "FINGERPRINT")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:]+Z", "TIME")
        .replaceAll("reseller\\d+", "OWNER");
  }
}
