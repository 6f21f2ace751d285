package dev.latchkey.wire;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.AuditPass;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/**
 * Happy paths of functions whose own tests stop the clock, look into the process or wait for agents: these run against a
 * package, too, and {@code src/test/answered} says whether one is missing.
 */
@QuarkusTest
class HappyPathsTest extends WhmTest {
  @Inject
  AuditPass pass;

  @Inject
  Fleet fleet;

  @Test
  void limitsOfAReseller() {
    var name = Customer.name();
    root().data("setupreseller", "user", name);
    root().data("setresellerlimits", "user", name, "account_limit", "3");

    assertThat(root().data("acctcounts", "user", name).at("/reseller/limit").asInt())
        .isEqualTo(3);
    root().data("unsetupreseller", "user", name);
  }

  @Test
  void theLifeOfAToken() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "ci");

    assertThat(client.data("api_token_rotate", "token_name", "ci").path("token").asText())
        .isNotEmpty();
    assertThat(client.data("api_token_advise", "token_name", "ci").isObject()).isTrue();
  }

  @Test
  void theAuditAndTheBill() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "ci");

    pass.run();

    assertThat(client.data("audit_verify").path("unsealed").asInt()).isNotNegative();
    assertThat(client.data("audit_export").toString()).contains("api_token_create");
    assertThat(client.data("usage_report").isObject()).isTrue();
  }

  @Test
  void whatAServerStates() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    fleet.server(owner);

    assertThat(client.data("fleet_key_scan", "api.wait", "20").path("found").asInt())
        .isNotNegative();
    assertThat(client
            .data("fleet_drift_acknowledge", "all", "1", "reason", "there before")
            .isObject())
        .isTrue();
    assertThat(client.data("ticket_get_support_info").path("hostname").isTextual())
        .isTrue();
  }
}
