package dev.latchkey.usage;

import static dev.latchkey.access.Privilege.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.UnknownOutcome;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Counters;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.StoreGate;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.arc.All;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** What a token counted is in its user's month after it is gone, once. */
@QuarkusTest
@InProcess
class RevokedCountersTest extends WhmTest {
  private static final Instant NOON = Instant.parse("2026-11-15T12:00:00Z");

  @Inject
  Counters counters;

  @Inject
  Store store;

  @Inject
  RevokedCounters revoked;

  @Inject
  @All
  List<Upkeep> upkeep;

  private TestClock.Stopped clock = TestClock.stoppedAt(NOON.getEpochSecond());

  @AfterEach
  void noMoreFaults() {
    clock.close();
    SdkProbe.reset();
  }

  private void reconcileAfter(long seconds) {
    clock = TestClock.stoppedAt(NOON.plusSeconds(seconds).getEpochSecond());
    upkeep.forEach(work -> work.run().await().indefinitely());
  }

  private long november(Account account) {
    return counters.of(account.user(), "202611", Counters.NOVEMBER).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private int credentials(Account account) {
    return store.query("U#" + account.user(), "C#").await().indefinitely().size();
  }

  private static TokenValue made(WhmClient client, String name) {
    return TokenValue.parse(
            client.data("api_token_create", "token_name", name).path("token").asText())
        .orElseThrow();
  }

  @Test
  void theMonthIsRightAlsoWhenTokensAreRevokedWhileCallsRun() {
    var account = accounts.reseller(ALL);
    var client = WhmClient.of(account);
    var first = made(client, "first-used");
    var second = made(client, "second-used");

    var answered = new AtomicInteger(3);
    Together.run(8, i -> {
      if (i == 0) {
        client.data(
            "api_token_revoke", "token_name-1", "first-used", "token_name-2", "second-used");
        return 0;
      }
      var used = WhmClient.of(account.with(i % 2 == 0 ? first : second));
      for (var n = 0; n < 6; n++) {
        if (used.raw().get("/json-api/version?api.version=1").statusCode() == 200) {
          answered.incrementAndGet();
        }
      }
      return 0;
    });
    assertThat(november(account)).isEqualTo(answered.get());
    assertThat(client.data("api_token_list").path("tokens").size()).isEqualTo(1);
    assertThat(client.post("api_token_get_details", "token", first.reveal()).has("data"))
        .isFalse();
    assertThat(WhmClient.of(account.with(first)).raw().get("/json-api/version").statusCode())
        .isEqualTo(403);

    reconcileAfter(30);
    assertThat(credentials(account)).as("calls may be under way").isEqualTo(3);
    reconcileAfter(90);
    assertThat(credentials(account)).isEqualTo(1);
    assertThat(november(account)).isEqualTo(answered.get() + 2);
    reconcileAfter(180);
    assertThat(november(account)).isEqualTo(answered.get() + 2);
    assertThat(store.query("REVOKED", "0").await().indefinitely())
        .noneMatch(item -> item.getText("sk").contains(account.user()));
    assertThat(made(client, "first-used")).as("its name is free").isNotNull();
  }

  @Test
  void severalReconcilersAndLostRepliesKeepThemOnce() {
    var account = accounts.reseller(ALL);
    var client = WhmClient.of(account);
    var used = WhmClient.of(account.with(made(client, "used")));
    used.data("version");
    client.data("batch", "command-1", "version", "command-2", "version");
    client.data("api_token_revoke", "token_name", "used");
    clock = TestClock.stoppedAt(NOON.plusSeconds(90).getEpochSecond());
    var seen = new AtomicInteger();
    SdkProbe.failAfter(
        request -> request instanceof TransactWriteItemsRequest && seen.incrementAndGet() % 2 == 1
            ? Optional.of(ApiCallTimeoutException.create(1))
            : Optional.empty());

    for (var i = 0; i < 3; i++) {
      Together.run(4, thread -> {
        for (var work : upkeep) {
          try {
            work.run().await().indefinitely();
          } catch (IllegalStateException | UnknownOutcome e) {
            // The next run goes on.
          }
        }
        return 0;
      });
    }
    SdkProbe.reset();

    assertThat(credentials(account)).isEqualTo(1);
    assertThat(november(account)).isEqualTo(5);
  }

  /** A call that was under way when its token was revoked fails by a fault of ours, just when its counters are kept. */
  @Test
  void whatIsTakenBackWhileItIsKeptIsNotLost() {
    revoked.run().await().indefinitely();
    var account = accounts.reseller(ALL);
    var client = WhmClient.of(account);
    var value = made(client, "used");
    var used = WhmClient.of(account.with(value));
    used.data("version");
    used.data("version");
    client.data("api_token_revoke", "token_name", "used");
    var key = new Key("U#" + account.user(), "C#" + value.digest());
    clock = TestClock.stoppedAt(NOON.plusSeconds(90).getEpochSecond());

    StoreGate.between(() -> takeOneBack(key), () -> revoked.run().await().indefinitely());

    assertThat(store.get(key).await().indefinitely()).isEmpty();
    assertThat(november(account)).isEqualTo(3);
  }

  private void takeOneBack(Key key) {
    var item = store.get(key).await().indefinitely().orElseThrow();
    var counter = item.attributes().keySet().stream()
        .filter(name -> name.startsWith(Counters.NOVEMBER))
        .findFirst()
        .orElseThrow();
    var one = item.with(counter, item.getNumber(counter) - 1);
    store.write(store.transaction().put(one)).await().indefinitely();
  }

  @Test
  void aTokenThatExpiredIsListedForSomeTimeAndThenRemovedAsARevokeWould() {
    var account = accounts.reseller(ALL);
    var client = WhmClient.of(account);
    var end = NOON.plusSeconds(3600);
    var value = TokenValue.parse(client
            .data(
                "api_token_create",
                "token_name",
                "short",
                "expires_at",
                Long.toString(end.getEpochSecond()))
            .path("token")
            .asText())
        .orElseThrow();
    WhmClient.of(account.with(value)).data("version");
    client.data(
        "api_token_create",
        "token_name",
        "prolonged",
        "expires_at",
        Long.toString(end.getEpochSecond()));
    client.data(
        "api_token_update",
        "token_name",
        "prolonged",
        "expires_at",
        Long.toString(end.plusSeconds(86_400).getEpochSecond()));
    var days = 86_400L;

    reconcileAfter(90 * days);
    assertThat(client.data("api_token_list").path("tokens").has("short")).isTrue();

    reconcileAfter(90 * days + 3600);
    var listed = client.data("api_token_list").path("tokens");
    assertThat(listed.has("short")).isFalse();
    assertThat(listed.has("prolonged")).isTrue();
    assertThat(client.data("audit_list").toString()).contains("removed “short”");
    reconcileAfter(90 * days + 3700);
    assertThat(november(account)).isEqualTo(4);
    assertThat(store.query("EXPIRES", "0").await().indefinitely().stream()
            .filter(item -> item.getText("sk").contains("#" + account.user() + "#")))
        .hasSize(1);
  }

  @Test
  void whatGoesWrongWithOneExpiredTokenKeepsNoOther() {
    var first = accounts.reseller(ALL);
    var second = accounts.reseller(ALL);
    var end = NOON.plusSeconds(3600).getEpochSecond();
    for (var account : List.of(first, second)) {
      WhmClient.of(account)
          .data("api_token_create", "token_name", "short", "expires_at", Long.toString(end++));
    }
    SdkProbe.failBefore(request -> request.toString().contains("U#" + first.user())
        ? Optional.of(new IllegalStateException("as asked for"))
        : Optional.empty());
    clock = TestClock.stoppedAt(NOON.plusSeconds(90 * 86_400 + 4000).getEpochSecond());

    var failure = upkeep.stream()
        .filter(work -> work.getClass().getSimpleName().startsWith("ExpiredTokens"))
        .findFirst()
        .orElseThrow()
        .run()
        .onItemOrFailure()
        .transform((done, failed) -> failed)
        .await()
        .indefinitely();

    SdkProbe.reset();
    assertThat(failure).hasMessageContaining("expired tokens are not removed yet");
    assertThat(WhmClient.of(second).data("api_token_list").path("tokens").has("short"))
        .isFalse();
    assertThat(WhmClient.of(first).data("api_token_list").path("tokens").has("short"))
        .isTrue();
    reconcileAfter(90 * 86_400 + 4060);
  }

  /** More months than a transaction goes through. */
  @Test
  void whatIsLeftOfAnIdleTokenIsKeptMonthByMonth() {
    var account = accounts.reseller(ALL);
    var token = accounts.token(
        account.user(),
        "idle",
        new Scope(Privileges.NONE, Optional.empty(), Optional.empty(), OptionalLong.empty()));
    var key = new Key("U#" + account.user(), "C#" + token.digest());
    var item = store.get(key).await().indefinitely().orElseThrow();
    var months = new ArrayList<>(List.of("26", "27", "28", "29", "2A"));
    for (var month : months) {
      item = item.with(month + "10", 3).with(month + "1", 2);
    }
    store.write(store.transaction().put(item)).await().indefinitely();
    accounts.revoke(account.user(), token);

    reconcileAfter(90);

    assertThat(credentials(account)).isEqualTo(1);
    assertThat(november(account)).isEqualTo(5);
    assertThat(counters.of(account.user(), "202607", "26").values()).containsExactly(2L, 3L);
  }
}
