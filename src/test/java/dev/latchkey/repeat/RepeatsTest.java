package dev.latchkey.repeat;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static dev.latchkey.access.Privilege.SUPPORT_ACCESS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** The same call with the same key is done once, whatever is lost on the way, and says so. */
@QuarkusTest
@InProcess
class RepeatsTest extends WhmTest {
  private static final String KEY = "api.idempotency_key";
  private static final int THREADS = 32;

  @Inject
  Store store;

  private final String key = UUID.randomUUID().toString();

  @Test
  void aRepeatSaysWhatTheFirstCallMadeAndThatItsSecretWasShownOnce() {
    var client = reseller(MANAGE_API_TOKENS);
    var first = create(client, "a");
    assertThat(first.at("/metadata/result").asInt()).isOne();
    assertThat(first.at("/metadata/repeated").isMissingNode()).isTrue();

    var again = create(client, "a");
    assertThat(again.at("/metadata/result").asInt()).isZero();
    assertThat(again.at("/metadata/reason").asText())
        .contains("created the token “a”", "was shown once", "api_token_revoke");
    assertThat(again.at("/data/name").asText()).isEqualTo("a");
    assertThat(again.at("/data/token").isMissingNode()).isTrue();
    assertThat(again.at("/metadata/repeated").asText()).isNotEmpty();
    assertThat(entries(client)).hasSize(1);

    client.data("api_token_revoke", "token_name", "a");
    assertThat(client.failure("api_token_create", "token_name", "a", KEY, key))
        .contains("did this at", "The token was revoked since.");
    client.data("api_token_create", "token_name", "a", KEY, "another");
  }

  @Test
  void aRepeatNamesTheRequestOfTheFirstCall() {
    var client = reseller(MANAGE_API_TOKENS);
    var first = withHeader(client, key, "token_name", "a");
    var again = withHeader(client, "\"" + key + "\"", "token_name", "a");
    assertThat(WhmClient.json(again).at("/metadata/repeated").asText())
        .isEqualTo(first.getHeader("X-Request-Id"))
        .isEqualTo(again.getHeader("X-Latchkey-Repeats"))
        .isNotEqualTo(again.getHeader("X-Request-Id"));
    assertThat(first.getHeader("X-Latchkey-Repeats")).isNull();
    assertThat(create(client, "a").at("/metadata/repeated").asText())
        .as("the parameter means the same as the header")
        .isEqualTo(first.getHeader("X-Request-Id"));
  }

  @Test
  void aCallThatSaysAnythingElseIsRefusedByTheNameOfIt() {
    var client = reseller(MANAGE_API_TOKENS, SUPPORT_ACCESS);
    client.data("api_token_create", "token_name", "a", "acl", "support-access", KEY, key);
    assertThat(client.failure("api_token_create", "token_name", "a", KEY, key))
        .contains("api.idempotency_key", "another value of “acl”", "nothing was done");
    assertThat(client.failure(
            "api_token_create", "token_name", "b", "acl", "manage-api-tokens", KEY, key))
        .contains("“acl”, “token_name”");
    assertThat(entries(client)).hasSize(1);
  }

  /** How it is answered, and what nothing reads, decides nothing; a default that is spelled out is a default. */
  @Test
  void whatDecidesNothingMayDiffer() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "a");
    client.data("api_token_revoke", "token_name", "a", KEY, key);
    client.data(
        "api_token_revoke",
        "token_name-1",
        "a",
        KEY,
        key,
        "api.wait",
        "0",
        "api.end_grants",
        "0",
        "_",
        "17");
  }

  @Test
  void aKeyIsOneFunctionsAndOneCredentials() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var value = client
        .data("api_token_create", "token_name", "a", KEY, key)
        .path("token")
        .asText();
    var other =
        WhmClient.of(account.with(dev.latchkey.access.TokenValue.parse(value).orElseThrow()));
    assertThat(other.failure("api_token_create", "token_name", "a", KEY, key))
        .contains("you have a token named “a” already");
    other.data("api_token_create", "token_name", "b", KEY, key);
    client.data("api_token_update", "token_name", "b", "new_name", "c", KEY, key);
    client.data("api_token_update", "token_name", "b", "new_name", "c", KEY, key);
  }

  @Test
  void aKeyMustHaveItsFormAndBeGivenOnce() {
    var client = reseller(MANAGE_API_TOKENS);
    for (var wrong : List.of("a b", "ä", "a,b", "x".repeat(256))) {
      assertThat(client.failure("api_token_create", "token_name", "a", KEY, wrong))
          .contains("api.idempotency_key", "1 to 255");
    }
    assertThat(reason(withHeader(client, "a, b", "token_name", "a")))
        .contains("Idempotency-Key", "1 to 255");
    assertThat(reason(withHeader(client, "a", "token_name", "a", KEY, "b"))).contains("differ");
    assertThat(reason(withHeader(client, "a", "token_name", "a", KEY, "a"))).isEqualTo("OK");
  }

  @Test
  void whatChangesNothingPassesOverTheHeaderAndRefusesTheParameter() {
    var client = reseller(MANAGE_API_TOKENS);
    var answer =
        client.raw().header("Idempotency-Key", "a b").get("/json-api/version?api.version=1");
    assertThat(WhmClient.json(answer).at("/metadata/result").asInt()).isOne();
    assertThat(client.failure("version", KEY, key)).contains("changes nothing by itself");
  }

  @Test
  void aRefusalAndADryRunLeaveNothing() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    client.failure("api_token_create", "token_name", "a", "acl", "all", KEY, key);
    client.data("api_token_create", "token_name", "taken");
    client.failure("api_token_create", "token_name", "taken", KEY, key);
    client.data("api_token_create", "token_name", "a", "api.dry_run", "1", KEY, key);
    assertThat(stamps(account)).isEmpty();
    create(client, "a");
    var dry = client.post("api_token_create", "token_name", "a", "api.dry_run", "1", KEY, key);
    assertThat(dry.at("/metadata/reason").asText())
        .contains("this was a dry run", "would be a repeat of request");
    assertThat(dry.at("/data/dry_run").asInt()).isOne();
    assertThat(entries(client)).hasSize(2);
  }

  @Test
  void aKeyIsKeptForADay() {
    var client = reseller(MANAGE_API_TOKENS);
    var now = Instant.now().getEpochSecond();
    try (var clock = TestClock.stoppedAt(now)) {
      create(client, "a");
    }
    try (var clock = TestClock.stoppedAt(now + 86_399)) {
      assertThat(create(client, "a").at("/metadata/repeated").isMissingNode()).isFalse();
    }
    try (var clock = TestClock.stoppedAt(now + 86_400)) {
      assertThat(client.failure("api_token_create", "token_name", "a", KEY, key))
          .contains("you have a token named “a” already");
      client.data("api_token_create", "token_name", "b", KEY, key);
    }
  }

  /** A profile that others have set since is not set back by a call that was delayed. */
  @Test
  void aRepeatNeverDoesAgainWhatOthersHaveChanged() {
    var client = reseller(MANAGE_API_TOKENS, SUPPORT_ACCESS);
    var key = dev.latchkey.testing.Keys.ed25519();
    String[] set = {"key", key, "from", "192.0.2.0/24", KEY, this.key};
    client.data("vendor_profile_set", set);
    assertThat(client.data("vendor_profile_set", set).path("from").toString())
        .contains("192.0.2.0/24");
    client.data("vendor_profile_set", "key", key, "from", "203.0.113.0/24");
    assertThat(client.failure("vendor_profile_set", set)).contains("was set again since");
    assertThat(client.data("vendor_profile_get").path("from").toString())
        .contains("203.0.113.0/24");
  }

  /** A revoke that comes late must not take the token that was made in the place of the first. */
  @Test
  void aRepeatOfARevokeLeavesTheTokenThatHasTheNameByThen() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "a");
    client.data("api_token_revoke", "token_name", "a", KEY, key);
    client.data("api_token_create", "token_name", "a");
    client.data("api_token_revoke", "token_name", "a", KEY, key);
    assertThat(client.data("api_token_list").at("/tokens/a").isMissingNode()).isFalse();
  }

  /** What a call found as it asked for is done, too: others may have undone it since. */
  @Test
  void aCallThatFoundNothingToDoHasAStamp() {
    var account = accounts.reseller(SUPPORT_ACCESS);
    var client = WhmClient.of(account);
    String[] set = {"version", "1", "title", "Terms", "body", "Be good.", KEY, key};
    client.data("support_agreement_set", "version", "1", "title", "Terms", "body", "Be good.");
    client.data("support_agreement_set", set);
    assertThat(stamps(account)).hasSize(1);
    client.data("support_agreement_set", "version", "2", "title", "Terms", "body", "Be good.");
    assertThat(client.failure("support_agreement_set", set)).contains("it is not done again");
  }

  @Test
  void theTableKnowsNeitherKeyNorArguments() {
    var account = accounts.reseller(MANAGE_API_TOKENS, SUPPORT_ACCESS);
    WhmClient.of(account)
        .data("api_token_create", "token_name", "Vorname", "acl", "support-access", KEY, key);
    WhmClient.of(accounts.reseller(MANAGE_API_TOKENS, SUPPORT_ACCESS))
        .data("api_token_create", "token_name", "Vorname", "acl", "support-access", KEY, key);
    var stamp = stamps(account);
    assertThat(stamp).hasSize(1);
    assertThat(stamp.get(0)).doesNotContain(key, "Vorname", "support-access", "OK");
  }

  /** Each command has the header's key with its number, or a key of its own. */
  @Test
  void aBatchIsRepeatedCommandByCommand() {
    var client = reseller(MANAGE_API_TOKENS);
    var body = "api.version=1&command-1=api_token_create%3Ftoken_name%3Da"
        + "&command-2=api_token_create%3Ftoken_name%3Db&command-3=version";
    var first = batch(client, body);
    assertThat(first.at("/metadata/result").asInt()).isOne();
    var again = batch(client, body);
    assertThat(again.at("/data/result/0/metadata/repeated").isMissingNode()).isFalse();
    assertThat(again.at("/data/result/1/metadata/repeated").asText())
        .isNotEqualTo(again.at("/data/result/0/metadata/repeated").asText());
    assertThat(again.at("/data/result/2/metadata/result").asInt()).isOne();
    assertThat(entries(client)).hasSize(2);
    var command = "api_token_create?token_name=c&" + KEY + "=" + key;
    client.data("batch", "command", command);
    assertThat(client
            .data("batch", "command", command)
            .at("/result/0/metadata/repeated")
            .asText())
        .isNotEmpty();
  }

  /** The transaction was done, and neither its reply nor the entry could be read: nobody knew. */
  @Test
  void aCallWhoseOutcomeWasUnknownIsARepeatTheNextTime() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    SdkProbe.failAfter(request -> request instanceof TransactWriteItemsRequest
        ? Optional.of(ApiCallTimeoutException.create(1))
        : Optional.empty());
    SdkProbe.failBefore(request ->
        request instanceof GetItemRequest get && get.key().get("pk").s().startsWith("A#")
            ? Optional.of(ApiCallTimeoutException.create(1))
            : Optional.empty());
    var lost = client
        .raw()
        .contentType("application/x-www-form-urlencoded")
        .body("api.version=1&" + WhmClient.form("token_name", "a", KEY, key))
        .post("/json-api/api_token_create");
    assertThat(lost.statusCode()).isEqualTo(500);
    SdkProbe.reset();
    var again = create(client, "a");
    assertThat(again.at("/metadata/reason").asText()).contains("was shown once");
    assertThat(entries(client)).hasSize(1);
  }

  /** Replies that are lost, conflicts, and requests that never arrive, in another order each time. */
  @RepeatedTest(5)
  void oneKeyInManyThreadsHasOneEffect() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var random = new Random();
    SdkProbe.failBefore(request -> chance(random, request));
    SdkProbe.failAfter(request -> request instanceof TransactWriteItemsRequest && hit(random)
        ? Optional.of(ApiCallTimeoutException.create(1))
        : Optional.empty());
    var answers = Together.run(
        THREADS,
        i -> client
            .raw()
            .contentType("application/x-www-form-urlencoded")
            .body("api.version=1&" + WhmClient.form("token_name", "a", KEY, key))
            .post("/json-api/api_token_create"));
    SdkProbe.reset();

    assertThat(answers).filteredOn(RepeatsTest::isDone).hasSizeLessThanOrEqualTo(1);
    assertThat(answers)
        .filteredOn(answer -> !isDone(answer))
        .allSatisfy(answer -> assertThat(answer.asString())
            .containsAnyOf("was shown once", "is being done", "It is being changed", "XID"));
    var after = create(client, "a");
    assertThat(after.at("/metadata/repeated").asText()).isNotEmpty();
    assertThat(entries(client)).hasSize(1);
    assertThat(stamps(account)).hasSize(1);
  }

  private static Optional<RuntimeException> chance(Random random, Object request) {
    if (!(request instanceof TransactWriteItemsRequest) || !hit(random)) {
      return Optional.empty();
    }
    return Optional.of(
        random.nextBoolean()
            ? ApiCallTimeoutException.create(1)
            : TransactionCanceledException.builder()
                .message("conflict")
                .cancellationReasons(List.of(
                    CancellationReason.builder().code("TransactionConflict").build()))
                .build());
  }

  private static boolean hit(Random random) {
    return random.nextInt(3) == 0;
  }

  private static boolean isDone(Response answer) {
    return answer.statusCode() == 200
        && WhmClient.parse(answer.asString()).at("/metadata/result").asInt() == 1;
  }

  private JsonNode create(WhmClient client, String name) {
    return client.post("api_token_create", "token_name", name, KEY, key);
  }

  private Response withHeader(WhmClient client, String header, String... arguments) {
    return client
        .raw()
        .header("Idempotency-Key", header)
        .contentType("application/x-www-form-urlencoded")
        .body("api.version=1&" + WhmClient.form(arguments))
        .post("/json-api/api_token_create");
  }

  private JsonNode batch(WhmClient client, String body) {
    return WhmClient.json(client
        .raw()
        .header("Idempotency-Key", key)
        .contentType("application/x-www-form-urlencoded")
        .body(body)
        .post("/json-api/batch"));
  }

  private static String reason(Response response) {
    return WhmClient.json(response).at("/metadata/reason").asText();
  }

  /** Of tokens that were created. */
  private List<String> entries(WhmClient client) {
    var user = client.authorization().replaceAll("whm ([^:]*):.*", "$1");
    return store.query(Query.between("A#" + user, " ", Query.END)).await().indefinitely().stream()
        .map(item -> item.getText("what"))
        .filter(what -> what.startsWith("token "))
        .toList();
  }

  private List<String> stamps(Account account) {
    var id = account.token().digest().substring(0, 16);
    return store.query(Query.between("I#" + id, " ", Query.END)).await().indefinitely().stream()
        .map(item -> Map.copyOf(item.attributes()).toString())
        .toList();
  }
}
