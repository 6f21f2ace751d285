package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.TokenValue;
import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.reconcile.ReconcileEvent;
import dev.latchkey.server.GivenTable;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** A grant follows the token that gave it. */
@QuarkusTest
@InProcess
@DrivesAgent
class GrantGiverTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  GivenTable given;

  @Inject
  Store store;

  @Inject
  ReconcileEvent reconcile;

  @AfterEach
  void noMoreFaults() {
    SdkProbe.reset();
  }

  /** A second token of the owner of a support case, and the case as it sees it. */
  private record Second(String name, SupportCase support) {}

  private Second second(Account owner, SupportCase support, String... more) {
    var name = "second" + support.ticket();
    var arguments = new String[more.length + 2];
    arguments[0] = "token_name";
    arguments[1] = name;
    System.arraycopy(more, 0, arguments, 2, more.length);
    var value =
        support.client().data("api_token_create", arguments).path("token").asText();
    var client = WhmClient.of(owner.with(TokenValue.parse(value).orElseThrow()));
    return new Second(
        name,
        new SupportCase(
            client, support.server(), support.key(), support.ticket(), support.secureId()));
  }

  @Test
  void itEndsWithTheToken() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var end = Instant.now().getEpochSecond() + 3600;
    var brief = second(owner, support, "expires_at", "" + end).support();

    var granted = brief.grant();
    assertThat(granted.at("/data/expires_at").asLong()).isEqualTo(end);
    assertThat(granted.at("/data/non_fatals/0").asText()).contains("with the token that gave it");
    assertThat(WhmClient.reasonOfFailure(brief.grant("api.ttl", "7200")))
        .contains("api.ttl", "may not last longer than the token of this call");
    var asked = brief.grant("api.ttl", "600");
    assertThat(asked.at("/data/expires_at").asLong()).isLessThan(end);
    assertThat(asked.at("/data/non_fatals")).isEmpty();
  }

  @Test
  void aTokenThatIsAboutToExpireGrantsNothing() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var end = Instant.now().getEpochSecond() + 50;
    var brief = second(owner, support, "expires_at", "" + end).support();

    assertThat(WhmClient.reasonOfFailure(brief.grant())).contains("access lasts 60 at least");
    assertThat(brief.letsVendorIn()).isFalse();
  }

  @Test
  void revokedWithWhatItGranted() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var other = fleet.supportCase(owner, fleet.server(owner));
    var second = second(owner, support);
    assertThat(second.support().grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");
    other.grant();
    var listed = support
        .client()
        .data("ticket_list", "ticket_id", support.ticket())
        .at("/auths/0/servers/0");
    assertThat(listed.path("granted_by").asText()).isEqualTo(owner.user());
    assertThat(listed.path("granted_by_token").asText()).isEqualTo(second.name());
    assertThat(listed.path("granted_by_token_id").asText()).matches("[0-9a-f]{16}");

    var answer = revoke(support, second, "1");

    assertThat(answer.at("/metadata/result").asInt()).as(answer.toString()).isEqualTo(1);
    assertThat(answer.at("/data/ended_grants").asInt()).isEqualTo(1);
    assertThat(answer.at("/data/revoked_keys").asInt()).isEqualTo(1);
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(support.receipts()).hasSize(1);
    assertThat(other.letsVendorIn()).isTrue();
    assertThat(given.endings().await().indefinitely().read()).isEmpty();
  }

  @Test
  void theSuccessorOfARotatedTokenStandsForThem() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var second = second(owner, support);
    assertThat(second.support().grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");

    second.support().client().data("api_token_rotate", "grace", "0");

    assertThat(support.letsVendorIn()).isTrue();
    var answer = revoke(support, second, "1");
    assertThat(answer.at("/data/ended_grants").asInt()).as(answer.toString()).isEqualTo(1);
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void whatTheSuccessorGivesIsOfTheSameLine() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var second = second(owner, support);
    var made = second.support().client().data("api_token_rotate", "grace", "0");
    var renewed = new SupportCase(
        WhmClient.of(owner.with(TokenValue.parse(made.path("token").asText()).orElseThrow())),
        support.server(),
        support.key(),
        support.ticket(),
        support.secureId());
    assertThat(renewed.grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");

    var answer = revoke(support, second, "1");

    assertThat(answer.at("/data/ended_grants").asInt()).as(answer.toString()).isEqualTo(1);
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void revokedAloneItLeavesThem() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var second = second(owner, support);
    second.support().grant();

    assertThat(revoke(support, second, "0").path("data").toString()).isEqualTo("{}");

    assertThat(support.letsVendorIn()).isTrue();
  }

  /** Whose wish it was last counts. */
  @Test
  void whatAnotherTokenGrantedAgainIsThatTokens() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var second = second(owner, support);
    second.support().grant();
    support.grant();
    assertThat(revoke(support, second, "1").at("/data/ended_grants").asInt()).isZero();
    assertThat(support.letsVendorIn()).isTrue();

    var third = second(owner, support);
    third.support().grant();
    assertThat(revoke(support, third, "1").at("/data/ended_grants").asInt()).isEqualTo(1);
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void whatIsNotProvenIsSaidAndAllTheSameEnds() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var second = second(owner, support);
    second.support().grant();
    LocalSystemsManager.running()
        .faults()
        .nextTo(support.server().id(), 1, PlannedFault.invalidInstance());

    var answer = revoke(support, second, "1");

    assertThat(answer.at("/metadata/result").asInt()).isZero();
    assertThat(answer.at("/metadata/reason").asText())
        .contains(
            "The tokens were revoked.",
            "Revoking ticket " + support.ticket() + " on " + support.server().name(),
            "the order stands and is repeated");
    assertThat(answer.at("/data/ended_grants").asInt()).isEqualTo(1);
    assertThat(answer.at("/data/revoked_keys").asInt()).isZero();
    assertThat(support.revoke().at("/data/revoked_keys").asInt()).isEqualTo(1);
    assertThat(support.letsVendorIn()).isFalse();
  }

  /** It could not be written that its grant is to end; the reconciler comes to it again. */
  @Test
  void whatGoesWrongWithOneServerKeepsNoOtherOpen() {
    var owner = fleet.owner();
    var broken = fleet.supportCase(owner, fleet.server(owner));
    var second = second(owner, broken);
    second.support().grant();
    var whole = fleet.supportCase(owner, fleet.server(owner));
    var client = second.support().client();
    new SupportCase(client, whole.server(), whole.key(), whole.ticket(), whole.secureId()).grant();
    assertThat(whole.letsVendorIn()).isTrue();
    SdkProbe.failBefore(request -> request instanceof TransactWriteItemsRequest transaction
            && transaction.toString().contains("S#" + broken.server().name())
        ? Optional.of(new IllegalStateException("as asked for"))
        : Optional.empty());

    var answer = revoke(broken, second, "1");

    assertThat(answer.at("/metadata/result").asInt(-1)).as(answer.toString()).isZero();
    assertThat(answer.at("/metadata/reason").asText()).contains("is ended within minutes");
    assertThat(whole.letsVendorIn()).isFalse();
    assertThat(broken.letsVendorIn()).isTrue();
    SdkProbe.reset();
    reconcile.reconcile(Optional.empty(), Optional.empty()).await().indefinitely();
    assertThat(broken
            .client()
            .data("ticket_list", "ticket_id", broken.ticket())
            .at("/auths/0/servers/0/ending")
            .asText())
        .isEqualTo("REVOKED");
    assertThat(given.endings().await().indefinitely().read()).isEmpty();
  }

  @Test
  void whatGoesWrongWithOneTokenLeavesNothingOpenThatAnotherGave() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var second = second(owner, support);
    second.support().grant();
    var id = giver(support);
    revoke(support, second, "0");
    var transaction = store.transaction();
    given.end(transaction, List.of("unreadable"), List.of(), Instant.now().minusSeconds(60));
    given.end(transaction, List.of(id), List.of(), Instant.now());
    store.write(transaction).await().indefinitely();
    SdkProbe.failBefore(request ->
        request instanceof QueryRequest && request.toString().contains("GIVEN#unreadable")
            ? Optional.of(new IllegalStateException("as asked for"))
            : Optional.empty());

    var failure = reconcile
        .reconcile(Optional.empty(), Optional.empty())
        .onItemOrFailure()
        .transform((done, failed) -> failed)
        .await()
        .indefinitely();

    assertThat(failure).rootCause().hasMessage("as asked for");
    assertThat(support
            .client()
            .data("ticket_list", "ticket_id", support.ticket())
            .at("/auths/0/servers/0/ending")
            .asText())
        .isEqualTo("REVOKED");
    SdkProbe.reset();
    reconcile.reconcile(Optional.empty(), Optional.empty()).await().indefinitely();
    assertThat(given.endings().await().indefinitely().read()).isEmpty();
  }

  /** Nor is what cannot be read taken for ended. */
  @Test
  void aDamagedGrantKeepsNoOtherOpen() {
    var owner = fleet.owner();
    var broken = fleet.supportCase(owner, fleet.server(owner));
    var second = second(owner, broken);
    second.support().grant();
    var whole = fleet.supportCase(owner, fleet.server(owner));
    var client = second.support().client();
    new SupportCase(client, whole.server(), whole.key(), whole.ticket(), whole.secureId()).grant();
    var key = new Key("S#" + broken.server().name(), "G#" + broken.ticket() + "#root");
    var grant = store.get(key).await().indefinitely().orElseThrow();
    put(grant.with("public_key", 1));
    try {
      var answer = revoke(broken, second, "1");

      assertThat(answer.at("/metadata/reason").asText()).contains("is ended within minutes");
      assertThat(whole.letsVendorIn()).isFalse();
      assertThat(given.endings().await().indefinitely().read()).hasSize(1);
      var listed = whole.client().data("ticket_list", "ticket_id", broken.ticket());
      assertThat(listed.at("/auths/0/servers/0/auth_status").asText()).isEqualTo("AUTHED");
      assertThat(listed.at("/non_fatals/0").asText())
          .contains("The access of ticket " + broken.ticket(), "is damaged", "may stand");
    } finally {
      put(grant);
    }
    reconcile.reconcile(Optional.empty(), Optional.empty()).await().indefinitely();
    assertThat(given.endings().await().indefinitely().read()).isEmpty();
  }

  private void put(Item item) {
    store.write(store.transaction().put(item)).await().indefinitely();
  }

  /** An ending whose tokens cannot be read is not done by finding nothing of them. */
  @Test
  void aDamagedEndingStays() {
    var key = new Key("GIVEN", "000000000001#damaged");
    for (var damaged : List.of(Item.at(key), Item.at(key).with("tokens", "x"))) {
      put(damaged);
      try {
        reconcile
            .reconcile(Optional.empty(), Optional.empty())
            .onFailure()
            .recoverWithNull()
            .await()
            .indefinitely();

        assertThat(store.get(key).await().indefinitely()).isPresent();
      } finally {
        store.write(store.transaction().delete(key)).await().indefinitely();
      }
    }
  }

  /** The call ended right after the change that revoked the token. */
  @Test
  void whatTheCallDidNotComeToTheReconcilerEnds() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var second = second(owner, support);
    second.support().grant();
    var id = giver(support);
    revoke(support, second, "0");
    end(id, List.of(), Instant.now());

    assertThat(ending(support)).isEqualTo("REVOKED");
    assertThat(given.endings().await().indefinitely().read()).isEmpty();
  }

  /** By the time of the revoke alone it would be left, as what others of the line granted since. */
  @Test
  void whatTheRevokedTokenGaveEndsWhateverItsTimeSays() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    support.grant();
    var id = giver(support);
    var before = Instant.now().minusSeconds(60);

    end(id, List.of("0123456789abcdef"), before);

    assertThat(support.letsVendorIn()).isTrue();
    assertThat(ending(support)).isEmpty();
    assertThat(given.endings().await().indefinitely().read()).isEmpty();

    end(id, List.of(id), before);

    assertThat(ending(support)).isEqualTo("REVOKED");
  }

  private static String giver(SupportCase support) {
    return onServer(support).path("granted_by_token_id").asText();
  }

  private static String ending(SupportCase support) {
    return onServer(support).path("ending").asText("");
  }

  private static JsonNode onServer(SupportCase support) {
    return support
        .client()
        .data("ticket_list", "ticket_id", support.ticket())
        .at("/auths/0/servers/0");
  }

  /** As a revoke that comes no further notes it, and then the reconciler. */
  private void end(String line, List<String> revoked, Instant at) {
    var transaction = store.transaction();
    given.end(transaction, List.of(line), revoked, at);
    store.write(transaction).await().indefinitely();
    reconcile.reconcile(Optional.empty(), Optional.empty()).await().indefinitely();
  }

  @Test
  void aTokenWithoutSupportAccessEndsNoAccess() {
    var account = accounts.reseller(Privilege.MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    client.data("api_token_create", "token_name", "kept");

    assertThat(client.failure("api_token_revoke", "token_name", "kept", "api.end_grants", "1"))
        .contains("api.end_grants", "support-access");
    assertThat(client.data("api_token_list").path("tokens").has("kept")).isTrue();
  }

  @Test
  void aTokenMayEndItselfAndWhatItGranted() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var second = second(owner, support);
    second.support().grant();

    var answer = revoke(second.support(), second, "1");

    assertThat(answer.at("/data/revoked_keys").asInt()).as(answer.toString()).isEqualTo(1);
    assertThat(support.letsVendorIn()).isFalse();
  }

  private static JsonNode revoke(SupportCase by, Second token, String endGrants) {
    return by.client()
        .post(
            "api_token_revoke",
            "token_name",
            token.name(),
            "api.end_grants",
            endGrants,
            "api.wait",
            "20");
  }
}
