package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TicketValidateOauth2CodeTest extends WhmTest {
  private static final String NAME = "ticket_validate_oauth2_code";

  @Inject
  Fleet fleet;

  @Test
  void noPortalGivesOutCodes() {
    var client = WhmClient.of(fleet.owner());

    assertThat(client.failure(
            NAME,
            "code",
            "84b1a729-63e3-11e6-a0fb-bfcf357fd76d",
            "redirect_uri",
            "https://hostname.example.com:2087/"))
        .contains("No ticket portal with OAuth2 is configured")
        .doesNotContain("84b1a729");
    assertThat(client.failure(NAME, "code", "a")).contains("redirect_uri: is missing");
    assertThat(client.failure(NAME, "redirect_uri", "a")).contains("code: is missing");
  }
}
