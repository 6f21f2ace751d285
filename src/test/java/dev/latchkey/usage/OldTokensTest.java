package dev.latchkey.usage;

import static dev.latchkey.access.Privilege.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.RemainsTable;
import dev.latchkey.access.TokenValue;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept of removed tokens has an end, and no call is lost by it. */
@QuarkusTest
@InProcess
class OldTokensTest extends WhmTest {
  private static final Instant NOON = Instant.parse("2026-11-15T12:00:00Z");
  private static final int MOST = 2;

  @Inject
  Store store;

  @Inject
  Clock now;

  @Inject
  RemainsTable remains;

  @Inject
  BillingTable billing;

  @Inject
  BilledUsers users;

  @Inject
  OldTokens old;

  private TestClock.Stopped clock = TestClock.stoppedAt(NOON.getEpochSecond());
  private Account account;
  private WhmClient client;

  @BeforeEach
  void someTokensThatWereUsedAndRevoked() {
    forgetTheWalk();
    account = accounts.reseller(ALL);
    store
        .write(store.transaction().put(Item.at(new Key("RESELLERS", account.user()))))
        .await()
        .indefinitely();
    client = WhmClient.of(account);
    for (var i = 0; i < MOST + 3; i++) {
      var made =
          client.data("api_token_create", "token_name", "t" + i).path("token").asText();
      WhmClient.of(account.with(TokenValue.parse(made).orElseThrow())).data("version");
      client.data("api_token_revoke", "token_name", "t" + i);
    }
    at(NOON.plusSeconds(90));
  }

  @AfterEach
  void theClockGoesOn() {
    clock.close();
    forgetTheWalk();
  }

  private void forgetTheWalk() {
    store
        .write(store.transaction().delete(new Key("BILLING", "WALK#TOGETHER")))
        .await()
        .indefinitely();
  }

  private void at(Instant time) {
    clock = TestClock.stoppedAt(time.getEpochSecond());
  }

  /** Others have changes of the same minute before these. */
  private void keep(int most) {
    var usage = new UsageTable(store, false, most);
    var counters = new LastCounters(remains, usage, billing);
    var revoked = new RevokedCounters(remains, counters, store, now);
    for (var i = 0; i < 20; i++) {
      revoked.run().await().indefinitely();
    }
  }

  private void passes() {
    for (var i = 0; i < 50; i++) {
      old.run().await().indefinitely();
    }
  }

  private int items() {
    return store
        .query(Query.of("M#" + account.user() + "#202611", "T#"))
        .await()
        .indefinitely()
        .size();
  }

  private JsonNode report(String group) {
    return client.data("usage_report", "month", "202611", "group", group);
  }

  private List<Long> calls(boolean told) {
    return StreamSupport.stream(report("token").path("rows").spliterator(), false)
        .filter(row -> row.path("token_id").asText().isEmpty() != told)
        .filter(row -> row.path("token_name").asText().matches("|t[0-9]"))
        .map(row -> row.path("calls").asLong())
        .toList();
  }

  private static long sum(JsonNode report) {
    return StreamSupport.stream(report.path("rows").spliterator(), false)
        .filter(row -> row.path("function").asText().matches("version|api_token_(create|revoke)"))
        .mapToLong(row -> row.path("calls").asLong())
        .sum();
  }

  @Test
  void ofMoreRemovedTokensThanTheMostTheCallsAreToldTogether() {
    keep(MOST);

    assertThat(items()).isEqualTo(MOST);
    assertThat(calls(true))
        .containsExactlyElementsOf(IntStream.range(0, MOST).mapToObj(i -> 1L).toList());
    assertThat(calls(false)).containsExactly(3L);
    assertThat(sum(report("function"))).isEqualTo(3L * (MOST + 3));
  }

  @Test
  void aYearAfterTheMonthAllAreToldTogether() {
    keep(10_000);
    at(Instant.parse("2027-11-30T23:59:59Z"));
    passes();
    assertThat(items()).isEqualTo(MOST + 3);
    assertThat(calls(false)).isEmpty();

    at(Instant.parse("2027-12-01T00:00:00Z"));
    passes();

    assertThat(items()).isZero();
    assertThat(calls(false).stream().mapToLong(Long::longValue).sum())
        .as("with those of the token that lives, which a call of a year later moved")
        .isEqualTo(3L * (MOST + 3));
    assertThat(sum(report("function"))).isEqualTo(3L * (MOST + 3));
  }

  /** Of one whose only call was taken back there is an item with a zero, which must not hold up the others. */
  @Test
  void whatCountsNothingIsRemovedToo() {
    var zero = new Key("M#" + account.user() + "#202611", "T#0123456789abcdef#zero");
    store
        .write(store.transaction().put(Item.at(zero).with("36", Item.number(0))))
        .await()
        .indefinitely();
    at(Instant.parse("2027-12-01T00:00:00Z"));

    passes();

    assertThat(items()).isZero();
  }
}
