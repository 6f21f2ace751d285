package dev.latchkey.token;

import static dev.latchkey.access.Privilege.ALL;
import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@InProcess
class ApiTokenRotateTest extends WhmTest {
  private static final long NOVEMBER = Instant.parse("2026-11-10T12:00:00Z").getEpochSecond();

  private Account account;
  private WhmClient owner;

  @BeforeEach
  void owner() {
    account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    owner = WhmClient.of(account);
  }

  private WhmClient with(JsonNode made) {
    return WhmClient.of(
        account.with(TokenValue.parse(made.path("token").asText()).orElseThrow()));
  }

  private WhmClient made(String name, String... more) {
    var arguments = new String[more.length + 2];
    arguments[0] = "token_name";
    arguments[1] = name;
    System.arraycopy(more, 0, arguments, 2, more.length);
    return with(owner.data("api_token_create", arguments));
  }

  private JsonNode tokens() {
    return owner.data("api_token_list").path("tokens");
  }

  private static int status(WhmClient client) {
    return client.raw().get("/json-api/version?api.version=1").statusCode();
  }

  private static String whoHas(WhmClient client) {
    return client.data("myprivs").toString();
  }

  @Test
  void aTokenThatMayDoLittleRenewsItself() {
    var machine = made("machine", "acl", "list-accts", "whitelist_ip", "127.0.0.0/8");

    var answer = machine.data("api_token_rotate");

    assertThat(answer.path("name").asText()).isEqualTo("machine");
    assertThat(answer.path("acls").toString()).isEqualTo("[\"list-accts\"]");
    assertThat(answer.path("whitelist_ips").toString()).isEqualTo("[\"127.0.0.0/8\"]");
    var old = answer.path("rotated_name").asText();
    assertThat(old).matches("machine-rotated-[0-9a-f]{8}");
    var renewed = with(answer);
    assertThat(whoHas(renewed)).isEqualTo(whoHas(machine));
    assertThat(tokens().fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("first", "machine", old);
    assertThat(tokens().path(old).path("expires_at").asLong())
        .isEqualTo(answer.path("rotated_expires_at").asLong());
    assertThat(owner.data("audit_list").toString())
        .contains("“machine” has a new value, the old one is “" + old + "” until ");
  }

  @Test
  void theOldValueEndsWithItsGrace() {
    var machine = made("machine");
    try (var clock = TestClock.stoppedAt(NOVEMBER)) {
      var renewed = with(machine.data("api_token_rotate", "grace", "60"));
      TestClock.stoppedAt(NOVEMBER + 59);
      assertThat(status(machine)).isEqualTo(200);
      TestClock.stoppedAt(NOVEMBER + 60);
      assertThat(status(machine)).isEqualTo(403);
      assertThat(status(renewed)).isEqualTo(200);
    }
  }

  @Test
  void withoutAGraceTheOldValueIsRevokedAtOnce() {
    var machine = made("machine");

    var answer = machine.data("api_token_rotate", "grace", "0");

    assertThat(answer.path("rotated_name").isNull()).isTrue();
    assertThat(answer.path("rotated_expires_at").isNull()).isTrue();
    assertThat(status(machine)).isEqualTo(403);
    assertThat(status(with(answer))).isEqualTo(200);
    assertThat(tokens().fieldNames()).toIterable().containsExactlyInAnyOrder("first", "machine");
  }

  @Test
  void neitherValueLastsLongerThanTheTokenDid() {
    var end = Instant.now().getEpochSecond() + 600;
    var machine = made("machine", "expires_at", "" + end);

    var answer = machine.data("api_token_rotate", "grace", "3600");

    assertThat(answer.path("expires_at").asLong()).isEqualTo(end);
    assertThat(answer.path("rotated_expires_at").asLong()).isEqualTo(end);
  }

  @Test
  void anotherTokenIsRotatedOnlyByOneThatManagesTokensAndIsAsWide() {
    var reader = made("reader", "acl", "list-accts");
    var manager = made("manager", "acl", "manage-api-tokens");

    for (var name : List.of("manager", "nobody")) {
      assertThat(reader.failure("api_token_rotate", "token_name", name))
          .contains("token_name: rotating another token", "“manage-api-tokens”");
    }
    assertThat(manager.failure("api_token_rotate", "token_name", "reader"))
        .contains("“list-accts” is not among the privileges");
    assertThat(manager.failure("api_token_rotate", "token_name", "nobody"))
        .contains("you have no token named “nobody”");
    assertThat(status(with(owner.data("api_token_rotate", "token_name", "reader"))))
        .isEqualTo(200);
  }

  @Test
  void anOldValueAndAnExpiredTokenAreNotRotated() {
    var machine = made("machine");
    var old = machine.data("api_token_rotate").path("rotated_name").asText();
    accounts.token(
        account.user(),
        "expired",
        new Scope(
            Privileges.NONE,
            Optional.of(Instant.ofEpochSecond(1_000)),
            Optional.empty(),
            OptionalLong.empty()));

    assertThat(owner.failure("api_token_rotate", "token_name", old))
        .contains("“" + old + "” is an old value", "rotate the token that took its place");
    assertThat(owner.failure("api_token_rotate", "token_name", "expired"))
        .contains("“expired” expired at 1970-01-01T00:16:40Z; api_token_create makes a new one");
    assertThat(owner.failure("api_token_rotate", "token_name", "machine", "grace", "2592001"))
        .contains("grace");
  }

  @Test
  void whoseAnswerWasLostRotatesAgainByTheOldValueAMinuteLater() {
    try (var clock = TestClock.stoppedAt(NOVEMBER)) {
      var machine = made("machine", "acl", "list-accts", "api.quota", "150");
      var lost = with(machine.data("api_token_rotate"));
      TestClock.stoppedAt(NOVEMBER + 59);
      assertThat(machine.failure("api_token_rotate"))
          .contains("was rotated a moment ago", "call again at 2026-11-10T12:01:00Z or later");
      var before = tokens();
      TestClock.stoppedAt(NOVEMBER + 60);
      assertThat(machine.failure("api_token_rotate", "grace", "0"))
          .contains("grace: this answer may be lost");

      var answer = machine.data("api_token_rotate");

      assertThat(answer.path("name").asText()).isEqualTo("machine");
      assertThat(answer.path("acls").toString()).isEqualTo("[\"list-accts\"]");
      var old = answer.path("rotated_name").asText();
      assertThat(before.has(old)).isTrue();
      assertThat(answer.path("rotated_expires_at").asLong()).isEqualTo(NOVEMBER + 86_400);
      assertThat(tokens().fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("first", "machine", old);
      assertThat(status(lost)).isEqualTo(403);
      assertThat(callsLeft(machine) + callsLeft(with(answer))).isEqualTo(150 - 4);
      assertThat(owner.data("audit_list").toString())
          .contains("“machine” has a new value again, as the one before, token ");
    }
  }

  /** Else a stolen value could be kept for good by whoever was to lose it with its grace. */
  @Test
  void whenTheNewValueIsKnownOrChangedTheOldOneOnlyEnds() {
    try (var clock = TestClock.stoppedAt(NOVEMBER)) {
      var old = List.of(made("used"), made("changed"), made("revoked"), made("rotated"));
      var used = old.stream()
          .map(token -> with(token.data("api_token_rotate")))
          .toList()
          .get(0);
      TestClock.stoppedAt(NOVEMBER + 60);
      whoHas(used);
      owner.data("api_token_update", "token_name", "changed", "acl", "list-accts");
      owner.data("api_token_revoke", "token_name", "revoked");
      owner.data("api_token_rotate", "token_name", "rotated");

      for (var token : old) {
        assertThat(token.failure("api_token_rotate"))
            .contains(
                "is an old value, which ends at ", "only until the token that took its place");
      }
    }
  }

  @Test
  void theRepeatOfALostRotationSaysWhatToDo() {
    try (var clock = TestClock.stoppedAt(NOVEMBER)) {
      var machine = made("machine");
      machine.data("api_token_rotate", "api.idempotency_key", "1");
      TestClock.stoppedAt(NOVEMBER + 60);

      var again = machine.post("api_token_rotate", "api.idempotency_key", "1");

      assertThat(again.at("/metadata/result").asInt()).isZero();
      assertThat(again.at("/metadata/reason").asText())
          .contains("shown once", "the old value can be rotated again, with another key, while");
      var answer = machine.data("api_token_rotate", "api.idempotency_key", "2");
      assertThat(status(with(answer))).isEqualTo(200);
    }
  }

  @Test
  void theRepeatOfARotationWithoutAGraceDoesNotSayThatTheOldValueHelps() {
    made("machine");
    var call = new String[] {"token_name", "machine", "grace", "0", "api.idempotency_key", "1"};
    owner.data("api_token_rotate", call);

    assertThat(owner.post("api_token_rotate", call).at("/metadata/reason").asText())
        .contains("shown once", "The old value is revoked")
        .doesNotContain("rotated again");
  }

  /** Else whoever has stolen a cookie would have a token for good, and a logout would end nothing. */
  @Test
  void aSessionGetsNoValueThatOutlivesItUnlessItCouldMakeTokensAnyway() {
    var value = TokenValue.parse(owner
            .data("api_token_create", "token_name", "machine", "acl", "list-accts")
            .path("token")
            .asText())
        .orElseThrow();
    var session = Browser.of(account.with(value));

    for (var grace : List.of("0", "60")) {
      assertThat(session.call("api_token_rotate", "grace", grace).asString())
          .contains("or any in a session, requires the privilege “manage-api-tokens”");
    }
    assertThat(session.status()).isEqualTo(200);
    assertThat(Browser.of(account)
            .data("api_token_rotate", "token_name", "machine")
            .has("token"))
        .isTrue();
  }

  @Test
  void anOldValueGetsNoLaterEnd() {
    made("machine");
    var answer = owner.data("api_token_rotate", "token_name", "machine", "grace", "600");
    var old = answer.path("rotated_name").asText();
    var end = answer.path("rotated_expires_at").asLong();

    for (var later : List.of("0", "" + (end + 1))) {
      assertThat(owner.failure("api_token_update", "token_name", old, "expires_at", later))
          .contains("expires_at: “" + old + "” is an old value, which ends at ", "no later end");
    }
    owner.data("api_token_update", "token_name", old, "new_name", "old", "expires_at", "" + end);
    owner.data("api_token_update", "token_name", "old", "expires_at", "" + (end - 1));
    assertThat(tokens().path("old").path("expires_at").asLong()).isEqualTo(end - 1);
  }

  @Test
  void theLongestNameIsCutForTheOldValue() {
    var longest = "n".repeat(50);
    made(longest);

    var old = owner
        .data("api_token_rotate", "token_name", longest)
        .path("rotated_name")
        .asText();

    assertThat(old).hasSize(50).matches("n{33}-rotated-[0-9a-f]{8}");
    assertThat(tokens().has(longest)).isTrue();
  }

  @Test
  void ofManyThatRotateOneTokenAtOnceItsValueIsReplacedOnce() {
    var machine = made("machine");

    var answers = Together.run(8, i -> machine.post("api_token_rotate"));

    assertThat(answers)
        .filteredOn(answer -> answer.at("/metadata/result").asInt() == 1)
        .hasSize(1);
    assertThat(tokens().size()).isEqualTo(3);
  }

  @Test
  void aDryRunShowsAndMakesNothing() {
    var machine = made("machine");

    var answer = machine.data("api_token_rotate", "api.dry_run", "1");

    assertThat(answer.has("token")).isFalse();
    assertThat(answer.at("/would/0/audit").asText()).contains("“machine” has a new value");
    assertThat(tokens().fieldNames()).toIterable().containsExactlyInAnyOrder("first", "machine");
  }

  @Test
  void theLastTokenWithAllKeepsItsOldValueForAWhile() {
    account = accounts.reseller(ALL);
    owner = WhmClient.of(account);

    assertThat(owner.failure("api_token_rotate", "grace", "0"))
        .contains("grace: “first” is the last token with “all”", "give 60 or more");
    var renewed = with(owner.data("api_token_rotate"));
    var old = renewed.data("api_token_list").path("tokens").fieldNames();
    assertThat(old).toIterable().hasSize(2);
    renewed.data("api_token_create", "token_name", "second");
    renewed.data("api_token_rotate", "grace", "0", "token_name", "second");
  }

  /** Else “grace=0” reads as if no value but the new one were good. */
  @Test
  void theValuesBeforeTheOneThatItReplacesAreTold() {
    var machine = made("machine");
    var first = machine.data("api_token_rotate", "grace", "2592000");
    assertThat(first.has("non_fatals")).isFalse();
    var call = new String[] {"grace", "0", "api.idempotency_key", "1"};

    var second = with(first).data("api_token_rotate", call);

    assertThat(second.path("rotated_name").isNull()).isTrue();
    assertThat(second.path("non_fatals")).hasSize(1);
    assertThat(second.at("/non_fatals/0").asText())
        .contains(
            "“" + first.path("rotated_name").asText() + "” is an old value, which ends at ",
            "an earlier rotation left it");
    assertThat(status(machine)).isEqualTo(200);
    owner.data("api_token_revoke", "token_name", first.path("rotated_name").asText());
    assertThat(with(second).data("api_token_rotate", "grace", "0").has("non_fatals"))
        .isFalse();
  }

  /** Whoever narrows a token after a leak must know of the values that are as wide as before. */
  @Test
  void anUpdateTellsWhichOldValuesItLeaves() {
    made("machine");
    var old = owner
        .data("api_token_rotate", "token_name", "machine")
        .path("rotated_name")
        .asText();
    var call =
        new String[] {"token_name", "machine", "acl", "list-accts", "api.idempotency_key", "narrow"
        };

    for (var answer :
        List.of(owner.data("api_token_update", call), owner.data("api_token_update", call))) {
      assertThat(answer.at("/non_fatals/0").asText())
          .contains("“" + old + "” is an old value", "it was not changed");
    }
    assertThat(owner
            .data("api_token_update", "token_name", old, "acl", "list-accts")
            .has("non_fatals"))
        .isFalse();
  }

  /** In November, and in December as well, into which the grace lasts. */
  @Test
  void bothValuesTogetherMakeNoMoreCallsThanTheQuotaAllows() {
    try (var clock = TestClock.stoppedAt(NOVEMBER)) {
      var machine = made("machine", "api.quota", "20");
      for (var i = 0; i < 5; i++) {
        machine.data("version");
      }
      var days = Duration.ofDays(24).toSeconds();
      var renewed = with(machine.data("api_token_rotate", "grace", "" + days));

      assertThat(callsLeft(machine) + callsLeft(renewed)).isEqualTo(20 - 6);
      TestClock.stoppedAt(Instant.parse("2026-12-01T00:00:00Z").getEpochSecond());
      assertThat(callsLeft(machine) + callsLeft(renewed)).isEqualTo(20);
      TestClock.stoppedAt(Instant.parse("2027-01-01T00:00:00Z").getEpochSecond());
      assertThat(callsLeft(renewed)).isEqualTo(20);
    }
  }

  private static int callsLeft(WhmClient client) {
    var calls = 0;
    while (client.get("version").at("/metadata/result").asInt() == 1) {
      calls++;
    }
    return calls;
  }

  @Test
  void whatWasUsedIsNotGivenBackByARotation() {
    try (var clock = TestClock.stoppedAt(NOVEMBER)) {
      var machine = made("machine", "api.quota", "10");
      for (var i = 0; i < 5; i++) {
        machine.data("version");
      }

      var renewed = with(machine.data("api_token_rotate", "grace", "0"));

      assertThat(callsLeft(renewed)).isEqualTo(4);
      assertThat(tokens().at("/machine/calls_this_month").asInt()).isEqualTo(4);
      assertThat(tokens().at("/machine/quota").asInt()).isEqualTo(10);
    }
  }
}
