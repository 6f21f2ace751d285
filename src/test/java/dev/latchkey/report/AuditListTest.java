package dev.latchkey.report;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.audit.AuditEntry;
import dev.latchkey.audit.AuditTable;
import dev.latchkey.store.Store;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AuditListTest extends WhmTest {
  @Inject
  Store store;

  @Inject
  AuditTable audit;

  @Test
  void everyAcceptedChangeHasOneEntryWithoutASecret() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var secret = client
        .data("api_token_create", "token_name", "ci", "whitelist_ip", "192.0.2.0/24")
        .path("token")
        .asText();
    client.data("api_token_update", "token_name", "ci", "new_name", "cd");
    client.data("api_token_revoke", "token_name", "cd");
    client.failure("api_token_revoke", "token_name", "cd");

    var entries = client.data("audit_list").path("entries");

    assertThat(entries.size()).isEqualTo(3);
    assertThat(entries.findValuesAsText("function"))
        .containsExactly("api_token_revoke", "api_token_update", "api_token_create");
    assertThat(entries.findValuesAsText("change"))
        .containsExactly(
            "revoked “cd”",
            "“ci” is now token “cd” acl=manage-api-tokens expires_at=0 whitelist_ip=192.0.2.0/24",
            "token “ci” acl=manage-api-tokens expires_at=0 whitelist_ip=192.0.2.0/24");
    assertThat(entries.get(0).path("user").asText()).isEqualTo(account.user());
    assertThat(entries.get(0).path("token_name").asText()).isEqualTo("first");
    assertThat(entries.get(0).path("source_ip").asText()).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(entries.toString()).doesNotContain(secret, account.token().reveal());
  }

  @Test
  void theRequestIdIsThatOfTheAnswersHeader() {
    var client = reseller(MANAGE_API_TOKENS);

    var id = client
        .raw()
        .get("/json-api/api_token_create?api.version=1&token_name=t")
        .header("X-Request-Id");

    assertThat(client.data("audit_list").at("/entries/0/request_id").asText()).isEqualTo(id);
  }

  @Test
  void canBeLimitedInTimeAndNumber() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "a");
    client.data("api_token_create", "token_name", "b");
    var soon = Long.toString(Instant.now().plusSeconds(2).getEpochSecond());

    assertThat(client.data("audit_list", "limit", "1").path("entries").size()).isEqualTo(1);
    assertThat(client.data("audit_list", "since", soon).path("entries").size()).isZero();
    assertThat(client.data("audit_list", "until", soon).path("entries").size()).isEqualTo(2);
    assertThat(client.data("audit_list", "until", "1").path("entries").size()).isZero();
    assertThat(client.failure("audit_list", "since", "9", "until", "8"))
        .contains("since: is after “until”");
    assertThat(client
            .data("audit_list", "since", "9", "until", "9")
            .path("entries")
            .size())
        .isZero();
    assertThat(client.failure("audit_list", "limit", "1001")).contains("limit", "from 1 to 1000");
  }

  @Test
  void itsListIsFilteredSortedAndCut() {
    var client = reseller(MANAGE_API_TOKENS);
    for (var name : new String[] {"b", "c", "a", "other"}) {
      client.data("api_token_create", "token_name", name);
    }

    var answer = client.post(
        "audit_list",
        "api.filter.enable",
        "1",
        "api.filter.verbose",
        "1",
        "api.filter.a.field",
        "change",
        "api.filter.a.type",
        "contains",
        "api.filter.a.arg0",
        "token “other”",
        "api.columns.enable",
        "1",
        "api.columns.a",
        "change",
        "api.columns.b",
        "function",
        "api.sort.enable",
        "1",
        "api.sort.a.field",
        "change",
        "api.sort.a.reverse",
        "1");

    assertThat(answer.at("/data/entries").size()).isEqualTo(1);
    assertThat(answer.at("/data/entries/0").size()).isEqualTo(2);
    assertThat(answer.at("/metadata/filter/filtered").asInt()).isEqualTo(4);
  }

  /** Five changes of one millisecond, over whose middle every page ends. */
  @Test
  void pagesLoseNothingOfOneMillisecond() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var at = Instant.ofEpochSecond(1_700_000_000);
    for (var request : List.of("c", "a", "e", "b", "d")) {
      var in = store.transaction();
      audit.add(
          in,
          new AuditEntry(
              account.user(),
              "first",
              "0123456789abcdef",
              "api_token_create",
              "made",
              "",
              at,
              request));
      store.write(in).await().indefinitely();
    }

    var seen = new ArrayList<String>();
    var next = Optional.<String>empty();
    do {
      var page = next.map(place -> client.data("audit_list", "limit", "2", "next", place))
          .orElseGet(() -> client.data("audit_list", "limit", "2"));
      seen.addAll(page.path("entries").findValuesAsText("request_id"));
      next = Optional.ofNullable(page.get("next")).map(JsonNode::asText);
    } while (next.isPresent());

    assertThat(seen).containsExactly("e", "d", "c", "b", "a");
  }

  @Test
  void aPlaceThatIsNoneIsRefused() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "a");
    client.data("api_token_create", "token_name", "b");
    var next = client.data("audit_list", "limit", "1").path("next").asText();

    assertThat(client.data("audit_list", "next", next).has("next")).isFalse();
    assertThat(client.failure("audit_list", "next", "2"))
        .endsWith("next: is not what an answer has as “next”; give it as it is.");
    assertThat(client.failure("audit_list", "next", next, "until", "9"))
        .endsWith(
            "next: is not between “since” and “until”; give those of the call that answered it.");
    assertThat(client.failure("audit_list", "next", next + "0"))
        .endsWith("next: is not the “next” of an answer of yours.");
    assertThat(reseller(MANAGE_API_TOKENS).failure("audit_list", "next", next))
        .endsWith("next: is not the “next” of an answer of yours.");
  }
}
