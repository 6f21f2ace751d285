package dev.latchkey.token;

import static dev.latchkey.access.Privilege.ALL;
import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Names of earlier releases, which had no copy of their token, and copies that an earlier release left behind. */
@QuarkusTest
@InProcess
class TokenCopyTest extends WhmTest {
  @Inject
  Store store;

  @Inject
  CredentialTable credentials;

  @Test
  void aNameWithoutACopyGetsOneByTheNextChange() {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var client = WhmClient.of(account);
    var old = token(account, "old", LIST_ACCTS);
    var key = new Key("U#" + account.user(), "N#old");
    store
        .write(store.transaction().put(Item.at(key).with("digest", old.digest())))
        .await()
        .indefinitely();

    assertThat(readsOf(client, "api_token_update", "token_name", "old", "api.quota", "5"))
        .isEqualTo(2);
    assertThat(readsOf(client, "api_token_update", "token_name", "old", "api.quota", "6"))
        .isEqualTo(1);
    assertThat(client.data("api_token_list").at("/tokens/old/acls/list-accts").asInt())
        .isEqualTo(1);
  }

  @Test
  void anUpdateDoesNotBringBackWhatAnEarlierReleaseTook() {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var client = WhmClient.of(account);
    changeAlone(account, token(account, "t", MANAGE_API_TOKENS, LIST_ACCTS), MANAGE_API_TOKENS);

    var data = client.data("api_token_update", "token_name", "t", "api.quota", "5");

    assertThat(data.path("acls").toString()).isEqualTo("[\"manage-api-tokens\"]");
    assertThat(client.data("api_token_list").at("/tokens/t/acls/list-accts").asInt())
        .isZero();
  }

  @Test
  void aTokenThatAnEarlierReleaseWidenedIsNotRevokedByANarrowOne() {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var narrow = narrow(account);
    changeAlone(account, token(account, "t", MANAGE_API_TOKENS), MANAGE_API_TOKENS, LIST_ACCTS);

    assertThat(narrow.failure("api_token_revoke", "token_name", "t"))
        .contains("“list-accts” is not among the privileges");
  }

  @Test
  void aTokenThatAnEarlierReleaseNarrowedIsRevokedAndChangedByANarrowOne() {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var narrow = narrow(account);
    for (var name : new String[] {"a", "b"}) {
      changeAlone(account, token(account, name, MANAGE_API_TOKENS, LIST_ACCTS), MANAGE_API_TOKENS);
    }

    narrow.data("api_token_revoke", "token_name", "a");
    narrow.data("api_token_update", "token_name", "b", "new_name", "c");

    assertThat(narrow.data("api_token_list").path("tokens").fieldNames())
        .toIterable()
        .containsExactly("c", "first", "narrow");
  }

  /** Its copy says “all”, of which it would be the last one. */
  @Test
  void theLastTokenWithAllIsTheOneThatHoldsIt() {
    var account = accounts.reseller(ALL);
    changeAlone(account, account.token(), MANAGE_API_TOKENS);

    WhmClient.of(account).data("api_token_revoke", "token_name", "first");
  }

  private WhmClient narrow(Account account) {
    return WhmClient.of(account.with(token(account, "narrow", MANAGE_API_TOKENS)));
  }

  private TokenValue token(Account account, String name, Privilege... privileges) {
    return accounts.token(account.user(), name, scope(privileges));
  }

  /** As releases did whose names had no copies. */
  private void changeAlone(Account account, TokenValue value, Privilege... privileges) {
    var before = credentials
        .find(account.user(), value)
        .await()
        .indefinitely()
        .orElseThrow()
        .credential();
    var after =
        before.changed(before.name(), scope(privileges), UUID.randomUUID().toString());
    var transaction = store.transaction();
    credentials.change(transaction, before, after, IllegalStateException::new);
    store.write(transaction).await().indefinitely();
  }

  private static Scope scope(Privilege... privileges) {
    return new Scope(
        Privileges.of(privileges), Optional.empty(), Optional.empty(), OptionalLong.empty());
  }

  private static long readsOf(WhmClient client, String function, String... arguments) {
    SdkProbe.reset();
    client.data(function, arguments);
    return SdkProbe.requests().stream().filter("BatchGetItem"::equals).count();
  }
}
