package dev.latchkey.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Privilege;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AccesshashTest extends WhmTest {
  private static final String NAME = "accesshash";

  @Test
  void aTokenTakesItsPlace() {
    var client = WhmClient.of(accounts.reseller(Privilege.MANAGE_API_TOKENS));

    for (var generate : new String[] {"0", "1"}) {
      assertThat(client.failure(NAME, "user", "username", "generate", generate))
          .contains("There are no access hashes; api_token_create makes a token");
    }
    assertThat(client.failure(NAME, "user", "username")).contains("generate: is missing");
    assertThat(client.failure(NAME, "user", "username", "generate", "2"))
        .contains("generate: “2” is neither 1 nor 0.");
    assertThat(client.failure(NAME, "generate", "1")).contains("user: is missing");
  }
}
