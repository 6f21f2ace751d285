package dev.latchkey.token;

import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@QuarkusTest
@InProcess
class ApiTokenAdviseTest extends WhmTest {
  private static final long OCTOBER = Instant.parse("2026-10-05T00:00:00Z").getEpochSecond();
  private static final long NOVEMBER = Instant.parse("2026-11-29T00:00:00Z").getEpochSecond();

  @Test
  void commandsOfABatchCountAsThemselvesAndItsOwnAdviceHolds() {
    try (var clock = TestClock.stoppedAt(OCTOBER)) {
      var client = reseller(MANAGE_API_TOKENS, LIST_ACCTS);
      client.data("batch", "command-1", "version", "command-2", "api_token_list");
      TestClock.stoppedAt(NOVEMBER);

      var advice = client.data("api_token_advise");

      assertThat(advice.path("functions").findValuesAsText("function"))
          .containsExactlyInAnyOrder("version", "api_token_list", "api_token_advise");
      assertThat(advice.path("needed_acls").toString()).isEqualTo("[\"manage-api-tokens\"]");
      client.data("api_token_update", "token_name", "first", "acl-1", "manage-api-tokens");
      assertThat(client.data("api_token_advise").path("command").isNull()).isTrue();
    }
  }

  @Test
  void ofANewTokenNothingIsAdvised() {
    var client = reseller(MANAGE_API_TOKENS);

    var advice = client.data("api_token_advise");

    assertThat(advice.path("needed_acls").isNull()).isTrue();
    assertThat(advice.path("command").isNull()).isTrue();
    assertThat(advice.at("/non_fatals/0").asText()).contains("Nothing is advised");
    assertThat(client.failure("api_token_advise", "token_name", "nobody"))
        .contains("you have no token named “nobody”");
  }
}
