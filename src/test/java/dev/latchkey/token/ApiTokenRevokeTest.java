package dev.latchkey.token;

import static dev.latchkey.access.Privilege.ALL;
import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static dev.latchkey.access.Privilege.SUPPORT_ACCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.AddressList;
import dev.latchkey.access.AddressRange;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

@QuarkusTest
class ApiTokenRevokeTest extends WhmTest {
  @Test
  void theNextCallOfARevokedTokenIsDenied() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var value =
        client.data("api_token_create", "token_name", "gone").path("token").asText();
    var gone = WhmClient.of(account.with(TokenValue.parse(value).orElseThrow()));
    gone.data("version");

    var answer = client.post("api_token_revoke", "token_name", "gone");

    assertThat(answer.path("data").toString()).isEqualTo("{}");
    gone.raw().get("/json-api/version?api.version=1").then().statusCode(403);
  }

  /** Whoever revokes a token that has leaked must not believe that all of its values are dead. */
  @Test
  void oldValuesThatAreStillGoodAreTold() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "ci");
    client.data("api_token_create", "token_name", "other");
    client.data("api_token_rotate", "token_name", "other");
    var old =
        client.data("api_token_rotate", "token_name", "ci").path("rotated_name").asText();
    var call = new String[] {"token_name", "ci", "api.idempotency_key", "1"};

    for (var answer :
        List.of(client.data("api_token_revoke", call), client.data("api_token_revoke", call))) {
      assertThat(answer.path("non_fatals"))
          .hasSize(1)
          .first()
          .asString()
          .contains("“" + old + "” is an old value, which ends at ", "it was not revoked");
    }
    client.data("api_token_revoke", "token_name", old);
    assertThat(client.data("api_token_revoke", call).has("non_fatals")).isFalse();
  }

  /** A name that is mistyped beside it changes nothing about that. */
  @Test
  void oldValuesAreToldAlsoWhereOneOfTheNamesIsUnknown() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "ci");
    var old =
        client.data("api_token_rotate", "token_name", "ci").path("rotated_name").asText();
    var call =
        new String[] {"token_name-1", "ci", "token_name-2", "typo", "api.idempotency_key", "partly"
        };

    for (var answer :
        List.of(client.post("api_token_revoke", call), client.post("api_token_revoke", call))) {
      assertThat(answer.at("/metadata/result").asInt(-1)).as(answer.toString()).isZero();
      assertThat(answer.at("/metadata/reason").asText())
          .contains("no token named “typo”; the others were revoked");
      assertThat(answer.at("/data/non_fatals/0").asText())
          .contains("“" + old + "” is an old value", "it was not revoked");
    }
  }

  @Test
  @InProcess
  void whatIsRevokedIsNotDeniedWhereTheOldValuesCannotBeRead() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "ci");
    client.data("api_token_rotate", "token_name", "ci");
    var isRevoked = new AtomicBoolean();
    SdkProbe.failBefore(request -> {
      var isRead = request instanceof QueryRequest && isRevoked.get();
      isRevoked.compareAndSet(false, request instanceof TransactWriteItemsRequest);
      return isRead ? Optional.of(ApiCallTimeoutException.create(1)) : Optional.empty();
    });

    var answer = client.data("api_token_revoke", "token_name", "ci");

    SdkProbe.reset();
    assertThat(answer.at("/non_fatals/0").asText()).contains("not known", "api_token_list");
  }

  /** It was used before: nothing of it is remembered. */
  @Test
  void theNextCallOfANarrowedTokenHasWhatIsLeft() {
    var account = accounts.reseller(MANAGE_API_TOKENS, SUPPORT_ACCESS);
    var client = WhmClient.of(account);
    var wide =
        client.data("api_token_create", "token_name", "wide").path("token").asText();
    var narrowed = WhmClient.of(account.with(TokenValue.parse(wide).orElseThrow()));
    narrowed.data("ticket_list");

    client.data("api_token_update", "token_name", "wide", "acl", "manage-api-tokens");

    assertThat(narrowed.failure("ticket_list")).contains("support-access");
  }

  @Test
  void severalAreRevokedAtOnce() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "subway");
    client.data("api_token_create", "token_name", "job");

    client.data("api_token_revoke", "token_name-1", "subway", "token_name-2", "job");

    assertThat(client.data("api_token_list").path("tokens").fieldNames())
        .toIterable()
        .containsExactly("first");
  }

  @Test
  void ofSeveralTheOnesThatExistAreRevokedAndTheOthersNamed() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "known");

    assertThat(client.failure(
            "api_token_revoke",
            "token_name-1",
            "known",
            "token_name-2",
            "unknown",
            "token_name-3",
            "neither"))
        .contains("token_name", "“unknown”, “neither”", "the others were revoked");
    assertThat(client.data("api_token_list").path("tokens").has("known")).isFalse();
  }

  @Test
  void aNameThatCanBeNoneRevokesNothing() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "kept");

    assertThat(client.failure("api_token_revoke", "token_name-1", "kept", "token_name-2", "a b"))
        .contains("“a b”");
    assertThat(client.data("api_token_list").path("tokens").has("kept")).isTrue();
  }

  @Test
  void fortyAreRevokedAtOnceAndFortyOneRefused() {
    var client = reseller(MANAGE_API_TOKENS);
    var names = IntStream.rangeClosed(1, 41).mapToObj(i -> "t" + i).toList();
    var account = names.subList(0, 40);
    account.forEach(name -> client.data("api_token_create", "token_name", name));

    assertThat(client.failure("api_token_revoke", revoking(names.stream())))
        .contains("41 names", "at most 40");
    assertThat(client.data("api_token_list").path("tokens").size()).isEqualTo(41);
    client.data("api_token_revoke", revoking(account.stream()));
    assertThat(client.data("api_token_list").path("tokens").size()).isEqualTo(1);
  }

  private static String[] revoking(Stream<String> names) {
    return names.flatMap(name -> Stream.of("token_name", name)).toArray(String[]::new);
  }

  @Test
  void aTokenMayRevokeItself() {
    var client = reseller(MANAGE_API_TOKENS);

    client.data("api_token_revoke", "token_name", "first");

    client.raw().get("/json-api/version?api.version=1").then().statusCode(403);
  }

  @Test
  void aTokenRevokesNoWiderOne() {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var made = WhmClient.of(account)
        .data("api_token_create", "token_name", "narrow", "acl", "manage-api-tokens");
    var narrow =
        WhmClient.of(account.with(TokenValue.parse(made.path("token").asText()).orElseThrow()));

    assertThat(
            narrow.failure("api_token_revoke", "token_name-1", "narrow", "token_name-2", "first"))
        .contains("“list-accts” is not among the privileges");
    assertThat(narrow.data("api_token_list").path("tokens").size()).isEqualTo(2);
  }

  @Test
  void theLastTokenWithAllStaysAlsoWhenAnExpiredOneIsLeft() {
    var account = accounts.reseller(ALL);
    var client = WhmClient.of(account);
    var expired = new Scope(
        Privileges.ALL,
        Optional.of(Instant.ofEpochSecond(1_000)),
        Optional.empty(),
        OptionalLong.empty());
    accounts.token(account.user(), "expired", expired);

    assertThat(client.failure("api_token_revoke", "token_name", "first"))
        .contains("“first” is the last token with “all”");
    client.data("api_token_create", "token_name", "second");
    assertThat(
            client.failure("api_token_revoke", "token_name-1", "first", "token_name-2", "second"))
        .contains("last");
    client.data("api_token_revoke", "token_name", "second");
  }

  /** Else the last one that can be used would go. */
  @ParameterizedTest
  @CsvSource({
    "expires in an hour,3600,",
    "expires within a day,86390,",
    "may be used elsewhere,,192.0.2.0/24"
  })
  void aTokenThatCannotBeUsedVouchesForNone(String name, Integer seconds, String addresses) {
    var account = accounts.reseller(ALL);
    var client = WhmClient.of(account);
    var unusable = new Scope(
        Privileges.ALL,
        Optional.ofNullable(seconds).map(Instant.now()::plusSeconds),
        Optional.ofNullable(addresses)
            .map(range -> new AddressList(List.of(AddressRange.parse(range)))),
        OptionalLong.empty());
    accounts.token(account.user(), "unusable", unusable);

    assertThat(client.failure("api_token_revoke", "token_name", "first"))
        .contains("“first” is the last token with “all” that can be used");
    assertThat(client.failure("api_token_update", "token_name", "first", "acl", "list-accts"))
        .contains("“first” is the last token with “all” that can be used");
    client.data("api_token_revoke", "token_name", "unusable");
  }

  @Test
  void aTokenThatLastsLongerThanADayVouches() {
    var account = accounts.reseller(ALL);
    var lasting = new Scope(
        Privileges.ALL,
        Optional.of(Instant.now().plusSeconds(86_460)),
        Optional.empty(),
        OptionalLong.empty());
    accounts.token(account.user(), "lasting", lasting);

    WhmClient.of(account).data("api_token_revoke", "token_name", "first");
  }

  @Test
  void theOneThatVouchesIsFoundAmongMoreThanAHundred() {
    var account = accounts.reseller(ALL);
    for (var i = 0; i < 120; i++) {
      accounts.token(account.user(), "narrow" + i, scope(Privileges.of(LIST_ACCTS)));
    }
    accounts.token(account.user(), "other", scope(Privileges.ALL));

    WhmClient.of(account).data("api_token_revoke", "token_name", "first");
  }

  private static Scope scope(Privileges privileges) {
    return new Scope(privileges, Optional.empty(), Optional.empty(), OptionalLong.empty());
  }
}
