package dev.latchkey.token;

import static dev.latchkey.access.Privilege.CREATE_USER_SESSION;
import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.TokenValue;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.usage.Upkeep;
import io.quarkus.arc.All;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@InProcess
class ApiTokenAdviseTest extends WhmTest {
  @Inject
  @All
  List<Upkeep> upkeep;

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

  /** A token of the user that has the name of root's is another one. */
  @Test
  void aSessionThatRootOpenedNamesTheToken() {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var url = root()
        .data("create_user_session", "user", account.user(), "service", "whostmgrd")
        .path("url")
        .asText();
    var session = Browser.byLink(url);
    var named = root().data("api_token_advise").path("name").asText();
    WhmClient.of(account).data("api_token_create", "token_name", named);

    assertThat(session.call("api_token_advise").asString())
        .contains("token_name: name it: the token that makes this call is not one of");
  }

  /** One of them revoked at once, whose counters have moved meanwhile; one that lives on. */
  @Test
  void whatWasCalledBeforeARotationCounts() {
    try (var clock = TestClock.stoppedAt(OCTOBER)) {
      var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS, CREATE_USER_SESSION);
      var first = WhmClient.of(account);
      first.data("api_token_list");
      var second = with(account, first.data("api_token_rotate", "grace", "0"));
      TestClock.stoppedAt(OCTOBER + 120);
      upkeep.stream()
          .filter(work -> work.getClass().getSimpleName().startsWith("RevokedCounters"))
          .forEach(work -> work.run().await().indefinitely());
      second.data("version");
      second.data("api_token_list");
      var third = with(account, second.data("api_token_rotate", "grace", "86400"));
      second.failure("create_user_session", "user", "nobody", "service", "whostmgrd");
      TestClock.stoppedAt(NOVEMBER);

      var advice = third.data("api_token_advise");

      assertThat(advice.path("since").asLong()).isEqualTo(OCTOBER);
      assertThat(called(advice))
          .isEqualTo(Map.of(
              "version",
              1,
              "api_token_list",
              2,
              "api_token_rotate",
              2,
              "create_user_session",
              1,
              "api_token_advise",
              1));
      assertThat(advice.path("needed_acls").toString())
          .isEqualTo("[\"create-user-session\",\"manage-api-tokens\"]");
    }
  }

  @Test
  void whatAnOldValueCalledIsNotKnownOnceItIsToldWithThatOfOthers() {
    try (var clock = TestClock.stoppedAt(OCTOBER)) {
      var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
      var first = WhmClient.of(account);
      first.data("version");
      var second = with(account, first.data("api_token_rotate", "grace", "0"));
      TestClock.stoppedAt(OCTOBER + 120);
      upkeep.stream()
          .filter(work -> work.getClass().getSimpleName().startsWith("RevokedCounters"))
          .forEach(work -> work.run().await().indefinitely());
      TestClock.stoppedAt(NOVEMBER);
      assertThat(second.data("api_token_advise").path("needed_acls").isNull()).isFalse();
      tellTogether("M#" + account.user() + "#202610");

      var advice = second.data("api_token_advise");

      assertThat(advice.path("needed_acls").isNull()).isTrue();
      assertThat(advice.path("command").isNull()).isTrue();
      assertThat(advice.at("/non_fatals/0").asText()).contains("not told apart any more");
    }
  }

  /** As if there had been more removed tokens than are told apart. */
  private void tellTogether(String month) {
    for (var item : store.query(Query.of(month, "T#")).await().indefinitely()) {
      var transaction = store.transaction();
      transaction.delete(new Key(month, item.getText("sk")));
      transaction.put(Item.at(new Key(month, "CALLS")).with("36", Item.number(1)));
      store.write(transaction).await().indefinitely();
    }
  }

  @Inject
  Store store;

  private static WhmClient with(Account account, JsonNode made) {
    var value = TokenValue.parse(made.path("token").asText()).orElseThrow();
    return WhmClient.of(account.with(value));
  }

  private static Map<String, Integer> called(JsonNode advice) {
    var called = new HashMap<String, Integer>();
    advice
        .path("functions")
        .forEach(
            row -> called.put(row.path("function").asText(), row.path("calls").asInt()));
    return called;
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
