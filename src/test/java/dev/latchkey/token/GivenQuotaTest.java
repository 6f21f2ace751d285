package dev.latchkey.token;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.TokenValue;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.StoreGate;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A token with a quota cannot make calls for itself out of nothing. */
@QuarkusTest
@InProcess
class GivenQuotaTest extends WhmTest {
  private Account account;
  private WhmClient owner;

  @BeforeEach
  void owner() {
    account = accounts.reseller(MANAGE_API_TOKENS);
    owner = WhmClient.of(account);
  }

  private WhmClient token(WhmClient maker, String name, int quota) {
    var made = maker.data("api_token_create", "token_name", name, "api.quota", "" + quota);
    return WhmClient.of(
        account.with(TokenValue.parse(made.path("token").asText()).orElseThrow()));
  }

  private long quota(String name) {
    return tokens().path(name).path("quota").asLong();
  }

  private JsonNode tokens() {
    return owner.data("api_token_list").path("tokens");
  }

  @Test
  void whatATokenGivesItHasNoLonger() {
    var maker = token(owner, "maker", 100);

    token(maker, "child", 70);

    assertThat(quota("maker")).isEqualTo(30);
    assertThat(quota("child")).isEqualTo(70);
    assertThat(maker.failure("api_token_create", "token_name", "more", "api.quota", "30"))
        .contains(
            "api.quota: 30 calls a month are more than this call's token can give: it has 28 left of its 30");
    assertThat(tokens().has("more")).isFalse();
    assertThat(quota("maker")).isEqualTo(30);
  }

  @Test
  void whatIsNotNamedIsNotAllOfIt() {
    var maker = token(owner, "maker", 100);

    assertThat(maker.failure("api_token_create", "token_name", "child"))
        .contains("api.quota: 100 calls a month are more than");
    assertThat(quota("maker")).isEqualTo(100);
  }

  @Test
  void callsThatWereMadeCannotBeGiven() {
    var maker = token(owner, "maker", 10);
    for (var i = 0; i < 4; i++) {
      maker.data("version");
    }

    assertThat(maker.failure("api_token_create", "token_name", "child", "api.quota", "6"))
        .contains("it has 5 left of its 10");
    token(maker, "child", 4);
    assertThat(quota("maker")).isEqualTo(6);
  }

  /** The condition of the transaction holds what the read before it has found. */
  @Test
  @DisabledIfSystemProperty(
      named = "lambda",
      matches = ".*",
      disabledReason = "an environment of Lambda answers one call at a time")
  void aCallBetweenTheReadAndTheWriteIsNotGivenToo() {
    var maker = token(owner, "maker", 10);
    for (var i = 0; i < 4; i++) {
      maker.data("version");
    }

    var answer = StoreGate.between(
        () -> maker.data("version"),
        () -> maker.post("api_token_create", "token_name", "child", "api.quota", "5"));

    assertThat(WhmClient.reasonOfFailure(answer)).contains("it has 4 left of its 10");
    assertThat(quota("maker")).isEqualTo(10);
    assertThat(tokens().has("child")).isFalse();
  }

  @Test
  void raisingAQuotaGivesAndLoweringItGivesNothingBack() {
    var maker = token(owner, "maker", 100);
    token(maker, "child", 20);

    maker.data("api_token_update", "token_name", "child", "api.quota", "50");
    assertThat(quota("maker")).isEqualTo(50);

    maker.data("api_token_update", "token_name", "child", "api.quota", "10");
    assertThat(quota("maker")).isEqualTo(50);
    assertThat(quota("child")).isEqualTo(10);
  }

  /** Else whoever gave more than a half of his could not take it away again. */
  @Test
  void aTokenWithMoreLeftThanItsMakerIsNoWider() {
    var maker = token(owner, "maker", 100);
    token(maker, "child", 80);

    maker.data("api_token_update", "token_name", "child", "new_name", "renamed");
    assertThat(quota("renamed")).isEqualTo(80);
    assertThat(maker.failure("api_token_update", "token_name", "renamed", "api.quota", "0"))
        .contains("api.quota");
    maker.data("api_token_revoke", "token_name", "renamed");
    assertThat(tokens().has("renamed")).isFalse();
    assertThat(quota("maker")).isEqualTo(20);
  }

  @Test
  void oneWithoutAQuotaGivesNothing() {
    token(owner, "one", 1_000_000);

    assertThat(tokens().has("first")).isTrue();
    assertThat(tokens().path("first").has("quota")).isFalse();
  }

  /** Of two that give six of ten at once, one does. */
  @Test
  void nothingIsGivenTwice() throws Exception {
    for (var round = 0; round < 5; round++) {
      var maker = token(owner, "maker" + round, 20);
      var number = round;
      List<Callable<JsonNode>> calls = List.of(
          () -> maker.post("api_token_create", "token_name", "a" + number, "api.quota", "12"),
          () -> maker.post("api_token_create", "token_name", "b" + number, "api.quota", "12"));
      var threads = Executors.newFixedThreadPool(2);
      var made = 0;
      for (Future<JsonNode> answer : threads.invokeAll(calls)) {
        made += answer.get().at("/metadata/result").asInt();
      }
      threads.shutdown();

      assertThat(made).isEqualTo(1);
      assertThat(quota("maker" + round)).isEqualTo(8);
    }
  }
}
