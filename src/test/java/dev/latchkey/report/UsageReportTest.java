package dev.latchkey.report;

import static dev.latchkey.access.Privilege.ALL;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Month;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.UserTable;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.usage.Upkeep;
import io.quarkus.arc.All;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@InProcess
@WayIn
class UsageReportTest extends WhmTest {
  @Inject
  Store store;

  @Inject
  @All
  List<Upkeep> upkeep;

  private TestClock.Stopped clock = at("2026-11-20T12:00:00Z");

  @AfterEach
  void theClockGoesOn() {
    clock.close();
  }

  private static TestClock.Stopped at(String time) {
    return TestClock.stoppedAt(Instant.parse(time).getEpochSecond());
  }

  /** Of setupreseller: what a user that a test makes has not. */
  private Account listed(Account account) {
    store
        .write(store.transaction().put(Item.at(new Key("RESELLERS", account.user()))))
        .await()
        .indefinitely();
    return account;
  }

  private void reconcile(String time) {
    clock = at(time);
    for (var work : upkeep) {
      work.run().await().indefinitely();
    }
  }

  private static List<String> rows(JsonNode data, String... fields) {
    var rows = new ArrayList<String>();
    data.path("rows")
        .forEach(row -> rows.add(String.join(
            " ", List.of(fields).stream().map(field -> row.path(field).asText()).toList())));
    return rows;
  }

  @Test
  void everyFunctionHasARowWithItsClassItsPriceAndItsAmount() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    client.data("version");
    Browser.login(account.user(), account.token().reveal(), "");
    client.data("batch", "command-1", "version", "command-2", "myprivs");
    client.data("api_token_create", "token_name", "made");
    client.failure("nothing_of_this_name");

    var report = client.data("usage_report");

    assertThat(rows(report, "function", "price_class", "calls", "price", "amount"))
        .containsExactlyInAnyOrder(
            "(unknown) read 1 0.001 0.001",
            "api_token_create change 1 0.005 0.005",
            "login change 1 0.005 0.005",
            "myprivs read 1 0.001 0.001",
            "usage_report read 1 0.001 0.001",
            "version read 2 0.001 0.002");
    assertThat(report.path("calls").asLong()).isEqualTo(7);
    assertThat(report.path("amount").asText()).isEqualTo("0.015");
    assertThat(report.path("currency").asText()).isEqualTo("USD");
    assertThat(report.path("month").asText()).isEqualTo("202611");
  }

  @Test
  void itSaysWhatIsNotKnownYet() {
    var report = reseller(MANAGE_API_TOKENS).data("usage_report");

    assertThat(report.path("closed").asInt()).isZero();
    assertThat(Instant.ofEpochSecond(report.path("complete_until").asLong()))
        .isEqualTo("2026-11-20T11:59:30Z");
    assertThat(Instant.ofEpochSecond(report.path("closes_at").asLong()))
        .isEqualTo("2026-12-03T00:00:00Z");
    assertThat(report.has("statement")).isFalse();
  }

  @Test
  void aRevokedTokenIsStillToldByIdAndName() {
    var account = accounts.reseller(ALL);
    var client = WhmClient.of(account);
    var value =
        client.data("api_token_create", "token_name", "gone").path("token").asText();
    var gone =
        WhmClient.of(account.with(dev.latchkey.access.TokenValue.parse(value).orElseThrow()));
    gone.data("version");
    gone.data("version");
    client.data("api_token_revoke", "token_name", "gone");
    var before = rows(client.data("usage_report", "group", "token"), "token_name", "calls");
    reconcile("2026-11-20T12:02:00Z");

    var after = client.data("usage_report", "group", "token");

    assertThat(before).contains("gone 2");
    assertThat(rows(after, "token_name", "price_class", "calls")).contains("gone read 2");
    assertThat(after.findValuesAsText("token_id"))
        .contains(dev.latchkey.text.Sha256.hex(value).substring(0, 16));
  }

  @Test
  void tokensComeInPagesThatLoseNoneAndRepeatNone() {
    var account = accounts.reseller(ALL);
    var client = WhmClient.of(account);
    for (var i = 0; i < 7; i++) {
      var value =
          client.data("api_token_create", "token_name", "t" + i).path("token").asText();
      WhmClient.of(account.with(dev.latchkey.access.TokenValue.parse(value).orElseThrow()))
          .data("version");
      if (i % 2 == 0) {
        client.data("api_token_revoke", "token_name", "t" + i);
      }
    }
    reconcile("2026-11-20T12:02:00Z");

    var names = new ArrayList<String>();
    var next = "";
    do {
      var page = next.isEmpty()
          ? client.data("usage_report", "group", "token", "limit", "2")
          : client.data("usage_report", "group", "token", "limit", "2", "next", next);
      page.path("rows").forEach(row -> {
        if (row.path("token_name").asText().startsWith("t")) {
          names.add(row.path("token_name").asText());
        }
      });
      next = page.path("next").asText("");
    } while (!next.isEmpty());
    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 7).mapToObj(i -> "t" + i).toList());
  }

  @Test
  void nobodyButRootSeesTheCallsOfOthers() {
    var other = listed(accounts.reseller(MANAGE_API_TOKENS));
    WhmClient.of(other).data("version");
    var client = reseller(MANAGE_API_TOKENS);

    assertThat(client.failure("usage_report", "user", other.user()))
        .contains("user: you see your own calls alone");
    assertThat(rows(client.data("usage_report", "group", "user"), "user"))
        .doesNotContain(other.user());
    assertThat(rows(root().data("usage_report", "user", other.user()), "function", "calls"))
        .containsExactly("version 1");
    assertThat(rows(root().data("usage_report", "group", "user", "limit", "1000"), "user", "calls"))
        .contains(other.user() + " 1");
  }

  /** The reconciler has yet to note who is gone: a minute, or for as long as it does not run. */
  @Test
  void whoWasRemovedAMomentAgoIsInTheBillOfAll() {
    var name = Customer.name();
    root().data("setupreseller", "user", name);
    var session = Browser.byLink(root()
        .data("create_user_session", "user", name, "service", "whostmgrd")
        .path("url")
        .asText());
    var token =
        session.data("api_token_create", "token_name", "first").path("token").asText();
    WhmClient.of(new Account(name, TokenValue.parse(token).orElseThrow())).data("version");
    root().data("terminatereseller", "user", name, "terminatereseller", "1");

    assertThat(rows(root().data("usage_report", "group", "user", "limit", "1000"), "user", "calls"))
        .contains(name + " 1");
  }

  /** September's counters moved from the token to its user with the call in November, long before the removal. */
  @Test
  void whoWasRemovedIsInTheBillsOfAllMonthsBefore() {
    clock = at("2026-09-20T12:00:00Z");
    var name = Customer.name();
    root().data("setupreseller", "user", name);
    var bob = new Account(name, accounts.token(name, "first", Customer.UNLIMITED));
    for (var time :
        List.of("2026-09-20T12:00:00Z", "2026-10-20T12:00:00Z", "2026-11-20T12:00:00Z")) {
      clock = at(time);
      WhmClient.of(bob).data("version");
    }

    root().data("unsetupreseller", "user", name);
    reconcile("2026-11-20T12:05:00Z");

    for (var month : List.of("202609", "202610", "202611")) {
      assertThat(rows(
              root().data("usage_report", "month", month, "group", "user", "limit", "1000"),
              "user",
              "calls"))
          .as("the bill of all of " + month)
          .contains(name + " 1");
    }
    clock = at("2026-12-10T12:00:00Z");
    assertThat(users.goneSince(new Month("202612")).await().indefinitely()).doesNotContain(name);
  }

  @Inject
  UserTable users;

  @Test
  void aDayIsWhatWasCountedBetweenTwoEnds() {
    var account = listed(accounts.reseller(MANAGE_API_TOKENS));
    var client = WhmClient.of(account);
    clock = at("2026-11-10T12:00:00Z");
    client.data("version");
    reconcileUntilNoted("2026-11-11T00:01:00Z", account);
    client.data("version");
    client.data("version");
    reconcileUntilNoted("2026-11-13T00:01:00Z", account);
    client.data("myprivs");

    var report = client.data("usage_report", "by", "day");

    assertThat(rows(report, "day", "days", "function", "calls"))
        .containsExactly(
            "2026-11-10 10 version 1",
            "2026-11-12 2 version 2",
            "2026-11-13 1 myprivs 1",
            "2026-11-13 1 usage_report 1");
    assertThat(client.failure("usage_report", "by", "day", "group", "token"))
        .contains("by: the calls of tokens are not kept by day");
  }

  /** Other tests have left users behind, of whom a pass takes some. */
  private void reconcileUntilNoted(String time, Account of) {
    var key = new Key("M#" + of.user() + "#202611", "DAYS");
    var day = "d%02d"
        .formatted(Instant.parse(time)
            .minusSeconds(86_400)
            .atZone(java.time.ZoneOffset.UTC)
            .getDayOfMonth());
    for (var i = 0; i < 50; i++) {
      reconcile(time);
      if (store
          .get(key)
          .await()
          .indefinitely()
          .filter(item -> item.find(day).isPresent())
          .isPresent()) {
        return;
      }
    }
    throw new AssertionError("not noted");
  }

  @Test
  void csvHasTheSameRowsForASpreadsheet() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var report = WhmClient.of(account).data("usage_report", "output", "csv");

    assertThat(report.has("rows")).isFalse();
    assertThat(report.path("csv").asText())
        .isEqualTo(
            "month,user,token_id,token_name,function,day,days,counted_at,adjusts,price_class,calls,price,amount,currency\r\n"
                + "202611," + account.user()
                + ",,,usage_report,,,,,read,1,0.001,0.001,USD\r\n");
  }

  @Test
  void whatIsAskedWronglyIsNamed() {
    var client = reseller(MANAGE_API_TOKENS);
    assertThat(client.failure("usage_report", "month", "2026-11")).contains("month: “2026-11”");
    assertThat(client.failure("usage_report", "month", "202612")).contains("has not begun yet");
    assertThat(client.failure("usage_report", "group", "day"))
        .contains("group: “day” is not one of");
    assertThat(client.failure("usage_report", "by", "week"))
        .contains("by: “week” is neither “day” nor “month”");
    assertThat(reseller().failure("usage_report")).contains("manage-api-tokens");
  }
}
