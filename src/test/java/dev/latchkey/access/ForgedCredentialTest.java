package dev.latchkey.access;

import static io.restassured.RestAssured.given;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Counters;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * What the role of every function lets it write under {@code U#}, written by somebody who has broken into one: it opens
 * nothing. The copies that admission's condition names are looked past, and set right by the next call.
 */
@QuarkusTest
@InProcess
class ForgedCredentialTest extends WhmTest {
  private static final AttributeValue FOREVER = Item.number(253_402_300_799L);

  @Inject
  Store store;

  @Inject
  Counters counters;

  @Test
  void aCredentialThatIsNothingButCopiesAdmitsNobody() {
    var account = accounts.reseller();
    var stranger = account.with(TokenValue.generate(new SecureRandom()));
    write(stranger, Map.of("live_revision", Item.text("x"), "live_until", FOREVER));

    assertRefused(stranger, AccessDenied.Cause.UNKNOWN_TOKEN);
    assertThat(counters.onCredentials(account.user()).values()).allMatch(calls -> calls == 0);
  }

  @Test
  void whatIsLeftOfARevokedTokenIsNotBroughtBack() {
    var account = accounts.reseller();
    accounts.revoke(account.user(), account.token());
    write(account, Map.of("live_revision", Item.text("x"), "live_until", FOREVER));

    assertRefused(account, AccessDenied.Cause.UNKNOWN_TOKEN);
  }

  @Test
  void anExpiryIsNotLifted() {
    var account =
        with(scope(Optional.of(Instant.now().minusSeconds(9)), null, OptionalLong.empty()));
    write(account, Map.of("live_until", FOREVER));

    assertRefused(account, AccessDenied.Cause.EXPIRED);
    assertThat(counters.onCredentials(account.user()).values()).allMatch(calls -> calls == 0);
  }

  @Test
  void aListOfAddressesIsNotLifted() {
    var account = with(scope(Optional.empty(), "192.0.2.0/24", OptionalLong.empty()));
    write(account, Map.of("live_until", FOREVER));

    assertRefused(account, AccessDenied.Cause.ADDRESS);
    assertThat(counters.onCredentials(account.user()).values()).allMatch(calls -> calls == 0);
  }

  @Test
  void aQuotaIsNotRaised() {
    var account = with(scope(Optional.empty(), null, OptionalLong.of(2)));
    write(account, Map.of("live_quota", Item.number(1_000)));
    assertAdmitted(account);
    assertAdmitted(account);

    assertThat(WhmClient.of(account).failure("version"))
        .contains("The token “forged” has a quota of 2 calls a month, and has 0 left");
    assertThat(counters.onCredentials(account.user())).containsValue(2L).doesNotContainValue(3L);
  }

  @Test
  void copiesThatShutATokenOutAreSetRightByTheNextCall() {
    var account = accounts.reseller();
    var right = live(account);
    for (Map<String, AttributeValue> wrong : List.of(
        Map.of("live_until", Item.number(1)),
        Map.of("live_until", Item.text("no number")),
        Map.of("live_quota", Item.number(0)),
        Map.of("live_revision", Item.text("x"), "live_until", Item.number(1)))) {
      write(account, wrong);
      assertAdmitted(account);
      assertThat(live(account)).as("after %s", wrong).isEqualTo(right);
    }
  }

  /** Of an earlier release, which had no copies: the first call makes them, and the next is one write again. */
  @Test
  void aTokenOfAnEarlierReleaseGoesOn() {
    for (var scope : List.of(
        scope(Optional.empty(), null, OptionalLong.empty()),
        scope(Optional.of(Instant.now().plusSeconds(600)), null, OptionalLong.of(5)),
        scope(Optional.of(Instant.now().plusSeconds(600)), "127.0.0.0/8", OptionalLong.of(5)))) {
      var account = with(scope);
      var right = live(account);
      forget(account);

      assertAdmitted(account);
      assertThat(live(account)).isEqualTo(right);
      SdkProbe.reset();
      assertAdmitted(account);
      assertThat(SdkProbe.requests())
          .filteredOn(request -> request.equals("UpdateItem"))
          .hasSize(scope.addresses().isPresent() ? 2 : 1);
    }
  }

  @Test
  void anItemWithoutARevisionIsNoUser() {
    var ghost = new Account("ghost", TokenValue.generate(new SecureRandom()));
    var update = Update.builder()
        .key(new Key("U#ghost", "PROFILE").attributes())
        .updateExpression("SET last_used = :one")
        .conditionExpression("attribute_not_exists(revision)")
        .expressionAttributeValues(Map.of(":one", Item.number(1)))
        .build();
    store
        .write(store.transaction().update(update, IllegalStateException::new))
        .await()
        .indefinitely();

    assertRefused(ghost, AccessDenied.Cause.UNKNOWN_TOKEN);
    assertThat(root()
            .failure(
                "fleet_server_add",
                "name",
                "ghosts",
                "node",
                "mi-0123456789abcdef1",
                "owner",
                "ghost"))
        .contains("there is no user “ghost”");
  }

  @Test
  void anItemInThePlaceOfANameStopsNoRevoke() {
    var account = accounts.reseller(Privilege.ALL);
    var client = WhmClient.of(account);
    client.data("api_token_create", "token_name", "gone");
    client.data("api_token_create", "token_name", "other");
    for (var junk : List.of("N#junk", "N#z")) {
      var update = Update.builder()
          .key(new Key("U#" + account.user(), junk).attributes())
          .updateExpression("SET last_used = :one")
          .expressionAttributeValues(Map.of(":one", Item.number(1)))
          .build();
      store
          .write(store.transaction().update(update, IllegalStateException::new))
          .await()
          .indefinitely();
    }

    assertThat(client.data("api_token_list").path("tokens")).hasSize(3);
    client.data("api_token_revoke", "token_name", "gone");
    client.data("api_token_revoke", "token_name", "first");
    assertRefused(account, AccessDenied.Cause.UNKNOWN_TOKEN);
  }

  private static void assertAdmitted(Account account) {
    given()
        .header("Authorization", account.authorization())
        .get("/json-api/version?api.version=1")
        .then()
        .statusCode(200);
  }

  private static void assertRefused(Account account, AccessDenied.Cause cause) {
    try (var log = LogLines.capture()) {
      var response = given()
          .header("Authorization", account.authorization())
          .get("/json-api/version?api.version=1");
      response.then().statusCode(403);
      assertThat(log.about(response.header("X-Request-Id")))
          .anyMatch(line -> line.contains(new AccessDenied(cause).getMessage()));
    }
  }

  /** A user with a token of this reach, which is the only one that counts. */
  private Account with(Scope scope) {
    var owner = accounts.reseller();
    return owner.with(accounts.token(owner.user(), "forged", scope));
  }

  private static Scope scope(Optional<Instant> expires, String addresses, OptionalLong quota) {
    var list = Optional.ofNullable(addresses)
        .map(range -> new AddressList(List.of(AddressRange.parse(range))));
    return new Scope(Privileges.NONE, expires, list, quota);
  }

  private static Key key(Account account) {
    return CredentialItem.key(account.user(), account.token().digest());
  }

  private Map<String, AttributeValue> live(Account account) {
    var live = new TreeMap<>(
        store.get(key(account)).await().indefinitely().orElseThrow().attributes());
    live.keySet().removeIf(name -> !name.startsWith("live_"));
    return live;
  }

  private void write(Account account, Map<String, AttributeValue> attributes) {
    var values = new HashMap<String, AttributeValue>();
    attributes.forEach((name, value) -> values.put(":" + name, value));
    change(
        account,
        "SET "
            + attributes.keySet().stream().map(name -> name + " = :" + name).collect(joining(", ")),
        values);
  }

  private void forget(Account account) {
    change(account, "REMOVE live_revision, live_until, live_quota", null);
  }

  private void change(Account account, String expression, Map<String, AttributeValue> values) {
    var update = Update.builder()
        .key(key(account).attributes())
        .updateExpression(expression)
        .expressionAttributeValues(values)
        .build();
    store
        .write(store.transaction().update(update, IllegalStateException::new))
        .await()
        .indefinitely();
  }
}
