package dev.latchkey.token;

import static dev.latchkey.access.Privilege.ALL;
import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.TokenValue;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.StoreGate;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds when several do it at once. */
@QuarkusTest
@InProcess
class TokenConcurrencyTest extends WhmTest {
  private static final int THREADS = 32;

  @Test
  void ofThirtyTwoThatCreateOneNameOneWins() {
    var client = reseller(MANAGE_API_TOKENS);

    var answers =
        Together.run(THREADS, i -> client.post("api_token_create", "token_name", "contested"));

    assertThat(answers).filteredOn(TokenConcurrencyTest::succeeded).hasSize(1);
    assertThat(answers)
        .filteredOn(answer -> !succeeded(answer))
        .allMatch(answer -> answer.at("/metadata/reason").asText().contains("“contested” already"));
    assertThat(client.data("api_token_list").path("tokens").size()).isEqualTo(2);
    assertThat(client.data("audit_list").path("entries").size()).isEqualTo(1);
  }

  @Test
  void aTokenRevokedInOneThreadIsRefusedByTheNextCallInEveryOther() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var value =
        client.data("api_token_create", "token_name", "shared").path("token").asText();
    var shared = WhmClient.of(account.with(TokenValue.parse(value).orElseThrow()));
    assertThat(Together.run(THREADS, i -> status(shared))).containsOnly(200);

    client.data("api_token_revoke", "token_name", "shared");

    assertThat(Together.run(THREADS, i -> status(shared))).containsOnly(403);
  }

  /** Each update that comes first costs the revoke one of its attempts, of which there are more. */
  @RepeatedTest(5)
  void anUpdateNeverBringsARevokedTokenBack() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var value = client.data("api_token_create", "token_name", "t").path("token").asText();

    var answers = Together.run(
        8,
        i -> i == 4
            ? client.post("api_token_revoke", "token_name", "t")
            : client.post("api_token_update", "token_name", "t", "whitelist_ip", "192.0.2." + i));

    assertThat(succeeded(answers.get(4))).isTrue();
    assertThat(client.data("api_token_list").path("tokens").has("t")).isFalse();
    assertThat(client.post("api_token_get_details", "token", value).has("data")).isFalse();
    assertThat(client.data("api_token_create", "token_name", "t").path("name").asText())
        .isEqualTo("t");
  }

  @RepeatedTest(5)
  void twoTokensWithAllThatRevokeEachOtherDoNotBothGo() {
    var account = accounts.reseller(ALL);
    var first = WhmClient.of(account);
    var value =
        first.data("api_token_create", "token_name", "second").path("token").asText();
    var second = WhmClient.of(account.with(TokenValue.parse(value).orElseThrow()));

    Together.run(
        2,
        i -> i == 0
            ? first
                .raw()
                .get("/json-api/api_token_revoke?api.version=1&token_name=second")
                .statusCode()
            : second
                .raw()
                .get("/json-api/api_token_revoke?api.version=1&token_name=first")
                .statusCode());

    assertThat(IntStream.of(status(first), status(second))
            .filter(status -> status == 200)
            .count())
        .isEqualTo(1);
  }

  /** Each has the other as its witness: who comes second must find that its witness is gone. */
  @ParameterizedTest
  @CsvSource({"api_token_revoke,,", "api_token_update,acl,list-accts"})
  @DisabledIfSystemProperty(
      named = "lambda",
      matches = ".*",
      disabledReason = "an environment of Lambda answers one call at a time")
  void ofTwoTokensWithAllThatGiveItUpAtTheSameTimeOneKeepsIt(
      String function, String parameter, String narrow) {
    var account = accounts.reseller(ALL);
    var first = WhmClient.of(account);
    var value =
        first.data("api_token_create", "token_name", "second").path("token").asText();
    var second = WhmClient.of(account.with(TokenValue.parse(value).orElseThrow()));

    var answer = StoreGate.between(
        () -> second.data(function, arguments("second", parameter, narrow)),
        () -> first.post(function, arguments("first", parameter, narrow)));

    assertThat(WhmClient.reasonOfFailure(answer)).contains("“first” is the last token with “all”");
    assertThat(first.data("myprivs").at("/privileges/0/all").asInt()).isEqualTo(1);
  }

  private static String[] arguments(String token, String parameter, String value) {
    return parameter == null
        ? new String[] {"token_name", token}
        : new String[] {"token_name", token, parameter, value};
  }

  @Test
  void aUserThatIsSuspendedWhileItsTokenMakesAnotherMakesNone() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);

    var answer = StoreGate.between(
        () -> accounts.suspend(account.user()),
        () -> client.post("api_token_create", "token_name", "made"));

    assertThat(WhmClient.reasonOfFailure(answer))
        .contains("was changed meanwhile; nothing was done");
    assertThat(accounts.hasToken(account.user(), "made")).isFalse();
  }

  @Test
  void aTokenThatIsRevokedWhileItMakesAnotherMakesNone() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var value = TokenValue.parse(
            client.data("api_token_create", "token_name", "maker").path("token").asText())
        .orElseThrow();
    var maker = WhmClient.of(account.with(value));

    var answer = StoreGate.between(
        () -> accounts.revoke(account.user(), value),
        () -> maker.post("api_token_create", "token_name", "made"));

    assertThat(WhmClient.reasonOfFailure(answer))
        .contains("was changed meanwhile; nothing was done");
    assertThat(client.data("api_token_list").path("tokens").has("made")).isFalse();
  }

  /** Both read the token before either wrote it: the second must not put back what the first took. */
  @Test
  @DisabledIfSystemProperty(
      named = "lambda",
      matches = ".*",
      disabledReason = "an environment of Lambda answers one call at a time")
  void ofTwoUpdatesAtTheSameTimeNeitherUndoesTheOther() {
    var client = reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    client.data("api_token_create", "token_name", "t");

    StoreGate.between(
        () -> client.data("api_token_update", "token_name", "t", "acl", "list-accts"),
        () -> client.data("api_token_update", "token_name", "t", "whitelist_ip", "192.0.2.1"));

    var acls = client.data("api_token_list").at("/tokens/t/acls");
    assertThat(acls.path("list-accts").asInt()).isEqualTo(1);
    assertThat(acls.path("manage-api-tokens").asInt()).isZero();
  }

  @Test
  @DisabledIfSystemProperty(
      named = "lambda",
      matches = ".*",
      disabledReason = "an environment of Lambda answers one call at a time")
  void aTokenThatIsNarrowedWhileItMakesAnotherMakesNone() {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var client = WhmClient.of(account);

    var made = StoreGate.between(
        () -> client.data("api_token_update", "token_name", "first", "acl", "manage-api-tokens"),
        () -> client.post("api_token_create", "token_name", "wider"));

    assertThat(made.at("/metadata/reason").asText()).contains("was changed meanwhile");
    assertThat(client.data("api_token_list").path("tokens").has("wider")).isFalse();
  }

  @Test
  void anUpdateOfATokenThatIsRevokedMeanwhileFindsNone() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var value = TokenValue.parse(
            client.data("api_token_create", "token_name", "t").path("token").asText())
        .orElseThrow();

    var answer = StoreGate.between(
        () -> accounts.revoke(account.user(), value),
        () -> client.post("api_token_update", "token_name", "t", "whitelist_ip", "192.0.2.1"));

    assertThat(WhmClient.reasonOfFailure(answer)).contains("no token named “t”");
    assertThat(client.post("api_token_get_details", "token", value.reveal()).has("data"))
        .isFalse();
  }

  private static boolean succeeded(JsonNode answer) {
    return answer.at("/metadata/result").asInt() == 1;
  }

  private static int status(WhmClient client) {
    return client.raw().get("/json-api/version?api.version=1").statusCode();
  }
}
