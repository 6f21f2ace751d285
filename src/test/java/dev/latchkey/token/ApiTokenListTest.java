package dev.latchkey.token;

import static dev.latchkey.access.Privilege.CREATE_ACCT;
import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ApiTokenListTest extends WhmTest {
  @Inject
  Store store;

  @Test
  void isAHashByNameWithEveryPrivilegeOfTheUser() {
    var client = reseller(MANAGE_API_TOKENS, CREATE_ACCT, LIST_ACCTS);
    client.data("api_token_create", "token_name", "reader", "acl", "list-accts");

    var tokens = client.data("api_token_list").path("tokens");

    assertThat(tokens.fieldNames()).toIterable().containsExactlyInAnyOrder("first", "reader");
    assertThat(tokens.at("/reader/acls").toString())
        .isEqualTo("{\"manage-api-tokens\":0,\"list-accts\":1,\"create-acct\":0}");
    assertThat(tokens.at("/reader/name").asText()).isEqualTo("reader");
    assertThat(tokens.toString()).doesNotContain("\"token\"");
  }

  @Test
  @InProcess
  void showsWhenFromWhereAndHowOftenATokenWasUsed() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var value =
        client.data("api_token_create", "token_name", "used").path("token").asText();
    client.data("api_token_create", "token_name", "unused");
    try (var clock = TestClock.stoppedAt(1_794_000_000)) {
      var used = WhmClient.of(account.with(TokenValue.parse(value).orElseThrow()));
      used.data("version");
      used.data("batch", "command-1", "version", "command-2", "gethostname");

      for (var page : List.of(new String[0], new String[] {"api.chunk.enable", "1"})) {
        var tokens = client.data("api_token_list", page).path("tokens");
        assertThat(tokens.at("/used/last_used").asLong()).isEqualTo(1_794_000_000);
        assertThat(tokens.at("/used/last_ip").asText()).isEqualTo("127.0.0.1");
        assertThat(tokens.at("/used/calls_this_month").asInt()).isEqualTo(3);
        assertThat(tokens.at("/unused/last_used").isNull()).isTrue();
        assertThat(tokens.at("/unused/last_ip").isNull()).isTrue();
        assertThat(tokens.at("/unused/calls_this_month").asInt()).isZero();
      }
      assertThat(client
              .data("api_token_get_details", "token", value)
              .path("last_ip")
              .asText())
          .isEqualTo("127.0.0.1");
    }
  }

  @Test
  void rootsTokenWithAllShowsEveryPrivilegeGranted() {
    var acls = root().data("api_token_list").at("/tokens/root/acls");

    assertThat(acls.size()).isEqualTo(Privilege.values().length);
    assertThat(acls).allMatch(granted -> granted.isInt() && granted.asInt() == 1);
  }

  @Test
  void showsExpiredTokensUntilTheyAreRevoked() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var expired = new Scope(
        Privileges.of(MANAGE_API_TOKENS),
        Optional.of(Instant.ofEpochSecond(1_000)),
        Optional.empty(),
        OptionalLong.empty());
    accounts.token(account.user(), "old", expired);
    var client = WhmClient.of(account);

    assertThat(client.data("api_token_list").at("/tokens/old/expires_at").asLong())
        .isEqualTo(1_000);
    client.data("api_token_revoke", "token_name", "old");
    assertThat(client.data("api_token_list").path("tokens").has("old")).isFalse();
  }

  /** WHM has no chunk of a hash; ours is one of the names in their order. */
  @Test
  void aChunkIsAPageOfTheNames() {
    var client = reseller(MANAGE_API_TOKENS);
    for (var name : List.of("b", "a", "d", "c")) {
      client.data("api_token_create", "token_name", name);
    }

    var page = client.get(
        "api_token_list",
        "api.chunk.enable",
        "1",
        "api.chunk.start",
        "2",
        "api.chunk.size",
        "2",
        "api.chunk.verbose",
        "1");

    assertThat(page.at("/data/tokens").fieldNames()).toIterable().containsExactly("b", "c");
    assertThat(page.at("/metadata/chunk/records").asInt()).isEqualTo(5);
    assertThat(page.at("/metadata/chunk/chunks").asInt()).isEqualTo(3);
    assertThat(client
            .data("api_token_list", "api.chunk.enable", "1", "api.chunk.start", "5")
            .path("tokens")
            .fieldNames())
        .toIterable()
        .containsExactly("first");
  }

  @Test
  void showsNobodyElsesTokens() {
    reseller(MANAGE_API_TOKENS).data("api_token_create", "token_name", "foreign");

    assertThat(reseller(MANAGE_API_TOKENS).data("api_token_list").path("tokens").fieldNames())
        .toIterable()
        .containsExactly("first");
  }

  /** A revoked token leaves something behind until its calls are added up: an item without a name. */
  @Test
  void showsNothingOfWhatIsNoTokenAnyMore() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var left = new Key("U#" + account.user(), "C#left");
    store.putNew(Item.at(left).with("revoked_at", 1)).await().indefinitely();
    store
        .putNew(Item.at(new Key("U#" + account.user(), "N#stale")).with("digest", "left"))
        .await()
        .indefinitely();
    var client = WhmClient.of(account);

    assertThat(client.data("api_token_list").path("tokens").fieldNames())
        .toIterable()
        .containsExactly("first");
    assertThat(client
            .data("api_token_list", "api.chunk.enable", "1", "api.chunk.size", "9")
            .path("tokens")
            .fieldNames())
        .toIterable()
        .containsExactly("first");
    assertThat(client.failure("api_token_revoke", "token_name", "stale"))
        .contains("you have no token named “stale”");
  }
}
