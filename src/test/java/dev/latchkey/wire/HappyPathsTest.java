package dev.latchkey.wire;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Customer;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** Happy paths of functions whose own tests stop the clock or look into the process: these run against a package, too. */
@QuarkusTest
class HappyPathsTest extends WhmTest {
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

    assertThat(client.data("audit_verify").path("unsealed").asInt()).isNotNegative();
    assertThat(client.data("usage_report").isObject()).isTrue();
  }
}
