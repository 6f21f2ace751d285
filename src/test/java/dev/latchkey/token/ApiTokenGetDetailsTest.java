package dev.latchkey.token;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.TokenValue;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ApiTokenGetDetailsTest extends WhmTest {
  @Test
  void describesTheTokenOfThatValue() {
    var client = reseller(MANAGE_API_TOKENS);
    var made =
        client.data("api_token_create", "token_name", "described", "whitelist_ip", "192.0.2.0/24");

    var data = client.data("api_token_get_details", "token", made.path("token").asText());

    assertThat(data.path("name").asText()).isEqualTo("described");
    assertThat(data.path("acls").toString()).isEqualTo("[\"manage-api-tokens\"]");
    assertThat(data.path("whitelist_ips").toString()).isEqualTo("[\"192.0.2.0/24\"]");
    assertThat(data.path("create_time")).isEqualTo(made.path("create_time"));
    assertThat(data.has("token")).isFalse();
  }

  @Test
  void aValueThatIsNoTokenOfTheCallersSucceedsWithoutData() {
    var foreign = accounts.reseller(MANAGE_API_TOKENS).token().reveal();
    var unknown = TokenValue.generate(new SecureRandom()).reveal();
    var client = reseller(MANAGE_API_TOKENS);

    for (var value : new String[] {foreign, unknown, "garbage"}) {
      var answer = client.post("api_token_get_details", "token", value);
      assertThat(answer.at("/metadata/result").asInt()).isEqualTo(1);
      assertThat(answer.has("data")).isFalse();
    }
  }

  @Test
  void aMissingValueIsNamed() {
    assertThat(WhmClient.of(accounts.reseller(MANAGE_API_TOKENS)).failure("api_token_get_details"))
        .contains("token: is missing");
  }
}
