package dev.latchkey.token;

import static dev.latchkey.access.Privilege.ALL;
import static dev.latchkey.access.Privilege.KILL_ACCT;
import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.access.TokenValue;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ApiTokenUpdateTest extends WhmTest {
  @Test
  void changesNamePrivilegesExpiryAndAddressesButNotTheValue() {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS, KILL_ACCT);
    var client = WhmClient.of(account);
    var made = client.data("api_token_create", "token_name", "old");
    var expires = Long.toString(Instant.now().plusSeconds(600).getEpochSecond());

    var data = client.data(
        "api_token_update",
        "token_name",
        "old",
        "new_name",
        "new",
        "acl-1",
        "list-accts",
        "acl-2",
        "kill-acct",
        "expires_at",
        expires,
        "whitelist_ip-1",
        "127.0.0.1",
        "whitelist_ip-2",
        "::1");

    assertThat(data.path("name").asText()).isEqualTo("new");
    assertThat(data.path("acls").toString()).isEqualTo("[\"list-accts\",\"kill-acct\"]");
    assertThat(data.path("expires_at").asText()).isEqualTo(expires);
    assertThat(data.path("create_time")).isEqualTo(made.path("create_time"));
    assertThat(data.has("token")).isFalse();
    assertThat(client.data("api_token_list").path("tokens").fieldNames())
        .toIterable()
        .containsExactly("first", "new");
    var updated =
        WhmClient.of(account.with(TokenValue.parse(made.path("token").asText()).orElseThrow()));
    assertThat(updated.data("myprivs").at("/privileges/0/manage-api-tokens").asInt())
        .isZero();
  }

  @Test
  void whatIsNotNamedStays() {
    var client = reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var expires = Long.toString(Instant.now().plusSeconds(600).getEpochSecond());
    client.data(
        "api_token_create",
        "token_name",
        "t",
        "acl",
        "list-accts",
        "expires_at",
        expires,
        "whitelist_ip",
        "192.0.2.1",
        "api.quota",
        "7");

    var data = client.data("api_token_update", "token_name", "t", "new_name", "u");

    assertThat(data.path("acls").toString()).isEqualTo("[\"list-accts\"]");
    assertThat(data.path("expires_at").asText()).isEqualTo(expires);
    assertThat(data.path("whitelist_ips").toString()).isEqualTo("[\"192.0.2.1\"]");
    assertThat(data.path("quota").asInt()).isEqualTo(7);
  }

  @Test
  void zeroAndAnyClearExpiryAndAddresses() {
    var client = reseller(MANAGE_API_TOKENS);
    var expires = Long.toString(Instant.now().plusSeconds(600).getEpochSecond());
    client.data(
        "api_token_create", "token_name", "t", "expires_at", expires, "whitelist_ip", "192.0.2.1");

    var data = client.data(
        "api_token_update", "token_name", "t", "expires_at", "0", "whitelist_ip", "any");

    assertThat(data.path("expires_at").isNull()).isTrue();
    assertThat(data.path("whitelist_ips").isNull()).isTrue();
  }

  @Test
  void aNameInUseIsRefusedAndNothingChanges() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "a");
    client.data("api_token_create", "token_name", "b");
    var before = tokens(client);

    assertThat(client.failure(
            "api_token_update", "token_name", "a", "new_name", "b", "whitelist_ip", "192.0.2.1"))
        .contains("new_name", "“b” already");
    assertThat(tokens(client)).isEqualTo(before);
  }

  @Test
  void anOldNameIsFreeAgain() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "a");
    client.data("api_token_update", "token_name", "a", "new_name", "b");

    assertThat(client.data("api_token_create", "token_name", "a").path("name").asText())
        .isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource({
    "new_name,a b,not a valid token name",
    "acl,nothing,not a valid privilege",
    "acl,kill-acct,not among",
    "expires_at,1,in the past",
    "whitelist_ip,x,not an IP address",
    "new_name,'',is empty"
  })
  void badInputIsRefusedByName(String parameter, String value, String reason) {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "t");

    assertThat(client.failure("api_token_update", "token_name", "t", parameter, value))
        .contains(parameter, reason);
  }

  @Test
  void anUnknownTokenIsNamed() {
    assertThat(reseller(MANAGE_API_TOKENS)
            .failure("api_token_update", "token_name", "nobody", "new_name", "x"))
        .contains("token_name: you have no token named “nobody”");
  }

  @Test
  void aTokenNeverLoosensItself() {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var made = WhmClient.of(account)
        .data("api_token_create", "token_name", "narrow", "acl", "manage-api-tokens");
    var narrow =
        WhmClient.of(account.with(TokenValue.parse(made.path("token").asText()).orElseThrow()));

    assertThat(narrow.failure("api_token_update", "token_name", "narrow", "acl", "list-accts"))
        .contains("“list-accts” is not among the privileges");
  }

  /** Also one that would be no wider than it afterwards: what it may not do it does not take from others. */
  @ParameterizedTest
  @CsvSource({
    "new_name,x",
    "acl,manage-api-tokens",
    "expires_at,253402300799",
    "whitelist_ip,127.0.0.1",
    "api.quota,5"
  })
  void aTokenChangesNoWiderOne(String parameter, String value) {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var made = WhmClient.of(account)
        .data("api_token_create", "token_name", "narrow", "acl", "manage-api-tokens");
    var narrow =
        WhmClient.of(account.with(TokenValue.parse(made.path("token").asText()).orElseThrow()));

    var before = tokens(narrow);

    assertThat(narrow.failure("api_token_update", "token_name", "first", parameter, value))
        .contains("“list-accts” is not among the privileges");
    assertThat(tokens(narrow)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"acl,list-accts", "expires_at,253402300799", "whitelist_ip,127.0.0.1", "api.quota,5"})
  void theLastTokenWithAllIsNotNarrowed(String parameter, String value) {
    var client = reseller(ALL);

    assertThat(client.failure("api_token_update", "token_name", "first", parameter, value))
        .contains("last token with “all”");
    client.data("api_token_create", "token_name", "second");
    assertThat(client
            .data("api_token_update", "token_name", "second", parameter, value)
            .path("name")
            .asText())
        .isEqualTo("second");
  }

  @Test
  void theLastTokenWithAllMayBeRenamed() {
    assertThat(reseller(ALL)
            .data("api_token_update", "token_name", "first", "new_name", "only")
            .path("name")
            .asText())
        .isEqualTo("only");
  }

  /** What there is of them, without when and how often they were used. */
  private static JsonNode tokens(WhmClient client) {
    var tokens = client.data("api_token_list").path("tokens");
    tokens.forEach(
        token -> ((ObjectNode) token).remove(List.of("last_used", "last_ip", "calls_this_month")));
    return tokens;
  }
}
