package dev.latchkey.token;

import static dev.latchkey.access.Privilege.ALL;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.TokenValue;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where tokens last thirty days. */
@QuarkusTest
@TestProfile(TokenAgeTest.ThirtyDays.class)
@InProcess
class TokenAgeTest extends WhmTest {
  private static final long NOW = Instant.parse("2026-11-10T12:00:00Z").getEpochSecond();
  private static final long DAY = 24 * 60 * 60;

  private Account account;
  private WhmClient owner;

  /** The setting. */
  public static class ThirtyDays implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("latchkey.token-max-age", "P30D");
    }
  }

  @BeforeEach
  void owner() {
    account = accounts.reseller(MANAGE_API_TOKENS);
    owner = WhmClient.of(account);
  }

  private WhmClient with(JsonNode made) {
    return WhmClient.of(
        account.with(TokenValue.parse(made.path("token").asText()).orElseThrow()));
  }

  private static long end(JsonNode token) {
    return token.path("expires_at").asLong();
  }

  @Test
  void aTokenWithoutAnEndGetsOneThatARotationRenews() {
    try (var clock = TestClock.stoppedAt(NOW)) {
      var made = owner.data("api_token_create", "token_name", "machine");
      assertThat(end(made)).isEqualTo(NOW + 30 * DAY);
      var child = with(made).data("api_token_create", "token_name", "child");
      TestClock.stoppedAt(NOW + 25 * DAY);
      assertThat(end(with(made).data("api_token_create", "token_name", "later")))
          .isEqualTo(NOW + 30 * DAY);

      var renewed = with(made).data("api_token_rotate");

      assertThat(end(renewed)).isEqualTo(NOW + 55 * DAY);
      assertThat(renewed.path("rotated_expires_at").asLong()).isEqualTo(NOW + 26 * DAY);
      assertThat(end(with(child).data("api_token_rotate"))).isEqualTo(NOW + 55 * DAY);
    }
  }

  @Test
  void anEndThatWasNamedIsTheEndOfWhatTakesItsPlaceToo() {
    try (var clock = TestClock.stoppedAt(NOW)) {
      var named = Long.toString(NOW + 10 * DAY);
      var friday = owner.data("api_token_create", "token_name", "friday", "expires_at", named);

      var renewed = with(friday).data("api_token_rotate");

      assertThat(end(renewed)).isEqualTo(NOW + 10 * DAY);
      var child = with(renewed).data("api_token_create", "token_name", "child");
      assertThat(end(child)).isEqualTo(NOW + 10 * DAY);
      assertThat(end(with(child).data("api_token_rotate"))).isEqualTo(NOW + 10 * DAY);
    }
  }

  @Test
  void aLaterEndIsRefused() {
    try (var clock = TestClock.stoppedAt(NOW)) {
      var latest = NOW + 30 * DAY;
      owner.data("api_token_create", "token_name", "t", "expires_at", "" + latest);

      for (var later : new String[] {"0", "" + (latest + 1)}) {
        for (var function : new String[] {"api_token_create", "api_token_update"}) {
          assertThat(owner.failure(function, "token_name", "t", "expires_at", later))
              .contains("expires_at: tokens last 30 days at most here, until " + latest);
        }
      }
    }
  }

  @Test
  void aTokenFromBeforeTheSettingGetsItsEndWithTheNextChange() {
    try (var clock = TestClock.stoppedAt(NOW)) {
      account = accounts.reseller(ALL);
      owner = WhmClient.of(account);

      var changed = owner.data("api_token_update", "token_name", "first", "new_name", "last");

      assertThat(end(changed)).isEqualTo(NOW + 30 * DAY);
      TestClock.stoppedAt(NOW + DAY);
      assertThat(end(owner.data("api_token_rotate"))).isEqualTo(NOW + 31 * DAY);
    }
  }

  @Test
  void itsOwnCallsWarnInItsLastWeek() {
    try (var clock = TestClock.stoppedAt(NOW)) {
      var machine = with(owner.data("api_token_create", "token_name", "machine"));
      var named = Long.toString(NOW + 5 * DAY);
      var friday =
          with(owner.data("api_token_create", "token_name", "friday", "expires_at", named));

      assertThat(machine.get("version").path("metadata").has("warnings")).isFalse();
      assertThat(friday.get("version").at("/metadata/warnings").toString())
          .contains("This token expires at 2026-11-15T12:00:00Z; a token that lasts longer");
      TestClock.stoppedAt(NOW + 23 * DAY);
      assertThat(machine.get("version").at("/metadata/warnings").toString())
          .isEqualTo(
              "[\"This token expires at 2026-12-10T12:00:00Z; api_token_rotate renews it.\"]");
      assertThat(machine.raw().get("/xml-api/version?api.version=1").asString())
          .contains("<warnings>This token expires at 2026-12-10T12:00:00Z;");
      machine.data("api_token_rotate");
      assertThat(machine.get("nothing").at("/metadata/warnings/0").asText())
          .contains("another has taken its place");
    }
  }
}
