package dev.latchkey.report;

import static dev.latchkey.access.Privilege.CREATE_USER_SESSION;
import static dev.latchkey.access.Privilege.KILL_ACCT;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.AddressList;
import dev.latchkey.access.AddressRange;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.SessionId;
import dev.latchkey.access.TokenValue;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.AuditPass;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What of a call is in the audit: its changes, and that it was turned away, by its X-Request-Id. */
@QuarkusTest
@InProcess
class AuditOfCallsTest extends WhmTest {
  private static final Instant NOON = Instant.parse("2027-03-01T12:34:56Z");

  @Inject
  Store store;

  @Inject
  AuditPass pass;

  private TestClock.Stopped clock = TestClock.stoppedAt(NOON.getEpochSecond());

  @AfterEach
  void noMoreFaults() {
    clock.close();
    SdkProbe.reset();
  }

  private void laterBy(long seconds) {
    clock = TestClock.stoppedAt(NOON.plusSeconds(seconds).getEpochSecond());
  }

  private static String called(WhmClient client, String call) {
    return client.raw().get("/json-api/" + call).header("X-Request-Id");
  }

  private static JsonNode only(WhmClient client, String id) {
    var entries = client.data("audit_list", "request_id", id).path("entries");
    assertThat(entries.size()).as(entries.toString()).isOne();
    return entries.get(0);
  }

  private static String told(WhmClient client, String id) {
    var entry = only(client, id);
    return entry.path("kind").asText() + ", " + entry.path("function").asText() + ", "
        + entry.path("change").asText();
  }

  @Test
  void aChangeIsFoundByTheIdOfItsCall() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "before");
    var id = called(client, "api_token_create?api.version=1&token_name=a");
    client.data("api_token_create", "token_name", "after");

    assertThat(told(client, id)).startsWith("change, api_token_create, token “a”");
    var batch = called(
        client,
        "batch?api.version=1&command-1=api_token_create%3Ftoken_name%3Db&command-2=api_token_create%3Ftoken_name%3Dc");
    var entries = client.data("audit_list", "request_id", batch).path("entries");
    assertThat(entries.findValuesAsText("request_id")).containsExactly(batch + ".0", batch + ".1");
    assertThat(client
            .data("audit_list", "request_id", batch + ".1")
            .path("entries")
            .size())
        .isEqualTo(2);
  }

  @Test
  void aRefusalIsThereAtOnceAndAnEntryWhenItsHourIsOver() {
    var client = reseller(MANAGE_API_TOKENS);
    var id = called(client, "api_token_revoke?api.version=1&token_name=none");
    var reason = told(client, id);
    assertThat(reason).startsWith("refusal, api_token_revoke, refused 1 call: ").contains("none");
    for (var i = 0; i < 20; i++) {
      client.failure("api_token_revoke", "token_name", "none");
    }
    assertThat(client.data("audit_list").path("entries").size()).isZero();

    laterBy(3_600);
    pass.run();

    var entries = client.data("audit_list").path("entries");
    assertThat(entries.size()).as(entries.toString()).isOne();
    assertThat(entries.get(0).path("calls").asInt()).isEqualTo(21);
    assertThat(entries.get(0).path("request_ids").size()).isBetween(2, 8);
    assertThat(entries.get(0).path("time").asLong())
        .isEqualTo(Instant.parse("2027-03-01T13:00:00Z").getEpochSecond());
    var kept = entries.get(0).path("request_ids").get(0).asText();
    assertThat(only(client, kept)).isEqualTo(entries.get(0));
    pass.run();
    assertThat(client.data("audit_list").path("entries").size()).as("once").isOne();
    assertThat(client.data("audit_verify").path("entries").asInt()).as("sealed").isOne();
  }

  @Test
  void aClientThatLoopsMakesFourEntriesOfAFunctionAnHour() {
    var client = reseller(MANAGE_API_TOKENS);
    for (var i = 0; i < 50; i++) {
      client.failure("api_token_revoke", "token_name", "none" + i);
    }
    laterBy(3_600);
    pass.run();

    var entries = client.data("audit_list").path("entries");
    assertThat(entries.size()).isBetween(1, 4);
    var calls = 0;
    for (var entry : entries) {
      calls += entry.path("calls").asInt();
    }
    assertThat(calls).isEqualTo(50);
  }

  @Test
  void theOwnerLearnsWhyAKnownTokenWasDenied() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var elsewhere = new AddressList(List.of(AddressRange.parse("203.0.113.0/24")));
    var far = account.with(accounts.token(
        account.user(),
        "far",
        new Scope(
            Privileges.NONE, Optional.empty(), Optional.of(elsewhere), OptionalLong.empty())));
    var old = account.with(accounts.token(
        account.user(),
        "old",
        new Scope(
            Privileges.NONE,
            Optional.of(NOON.minusSeconds(1)),
            Optional.empty(),
            OptionalLong.empty())));

    var fromFar = called(WhmClient.of(far), "version?api.version=1");
    var tooLate = called(WhmClient.of(old), "version?api.version=1");

    assertThat(told(client, fromFar))
        .isEqualTo("denial, version, denied 1 call: the address is not on the token's list");
    assertThat(told(client, tooLate))
        .isEqualTo("denial, version, denied 1 call: the token has expired");
    assertThat(only(client, tooLate).path("token_name").asText()).isEqualTo("old");
    assertThat(reseller(MANAGE_API_TOKENS)
            .data("audit_list", "request_id", tooLate)
            .path("entries")
            .size())
        .as("nobody else learns it")
        .isZero();
    laterBy(3_700);
    pass.run();
    assertThat(told(client, tooLate)).contains("the token has expired");
  }

  /** The log alone has it; that it was not turned away would be false. */
  @Test
  void ofARevokedTokenItIsSaidThatTheLogAloneHasIt() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var value =
        client.data("api_token_create", "token_name", "gone").path("token").asText();
    client.data("api_token_revoke", "token_name", "gone");
    var gone = WhmClient.of(account.with(TokenValue.parse(value).orElseThrow()));

    var denied = called(gone, "version?api.version=1");

    assertThat(client.data("audit_list", "request_id", denied).path("note").asText())
        .contains("or its token or session is unknown, for example revoked", "the log alone");
  }

  /** It is a way in like any other. */
  @Test
  void aLoginThatWasDeniedIsToldToo() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var old = accounts.token(
        account.user(),
        "old",
        new Scope(
            Privileges.NONE,
            Optional.of(NOON.minusSeconds(1)),
            Optional.empty(),
            OptionalLong.empty()));

    var denied = Browser.login(account.user(), old.reveal(), "").header("X-Request-Id");

    assertThat(told(WhmClient.of(account), denied))
        .isEqualTo("denial, login, denied 1 call: the token has expired");
  }

  /** Who shows the whole cookie is no stranger; whatever is wrong with the rest, the owner of its token learns of it. */
  @Test
  void whatASessionIsDeniedForIsToldToTheOwnerOfItsToken() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var wrong = Browser.of(account).withPrefix("/cpsess0000000000");
    wrong.call("version");
    wrong.call("version");
    var prefix = wrong.call("version").header("X-Request-Id");
    var idle = Browser.of(account);
    var orphan = Browser.of(account.with(accounts.token(
        account.user(),
        "short",
        new Scope(Privileges.NONE, Optional.empty(), Optional.empty(), OptionalLong.empty()))));
    client.data("api_token_revoke", "token_name", "short");
    var gone = orphan.call("version").header("X-Request-Id");
    laterBy(900);
    var ended = idle.call("version").header("X-Request-Id");

    assertThat(told(client, prefix))
        .isEqualTo(
            "denial, version, denied 3 calls: the /cpsess… before the path is not this session's");
    assertThat(told(client, gone))
        .isEqualTo("denial, version, denied 1 call: the token that opened the session is gone");
    assertThat(only(client, gone).path("token_name").asText()).isEqualTo("short");
    assertThat(told(client, ended))
        .isEqualTo("denial, version, denied 1 call: the session or the link has ended");
    laterBy(3_700);
    pass.run();
    var entry = only(client, prefix);
    assertThat(entry.path("calls").asInt()).isEqualTo(3);
    assertThat(entry.toString()).doesNotContain(wrong.cookie());
  }

  @Test
  void ofASessionThatNobodyHasNothingIsWritten() {
    var account = accounts.reseller();
    var session = Browser.of(account);
    var before = occurrences();
    var id = SessionId.generate(account.user(), new SecureRandom()).reveal();
    session.withCookie(id.replace(":", "%3a")).call("version");
    Browser.plain().get(session.prefix() + "/json-api/version?api.version=1");
    session.withPrefix("").call("version");

    assertThat(occurrences()).isEqualTo(before);
  }

  @Test
  void aLinkThatIsTooOldIsTold() {
    var account = accounts.reseller(CREATE_USER_SESSION, MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var url = client
        .data("create_user_session", "user", account.user(), "service", "whostmgrd")
        .path("url")
        .asText();
    laterBy(301);
    var id = Browser.plain().get(Browser.path(url)).header("X-Request-Id");

    assertThat(told(client, id))
        .isEqualTo("denial, login, denied 1 call: the session or the link has ended");
  }

  @Test
  void aCallBeyondAQuotaIsADenial() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account.with(accounts.token(
        account.user(),
        "limited",
        new Scope(Privileges.NONE, Optional.empty(), Optional.empty(), OptionalLong.of(1)))));
    client.data("version");
    var id = called(client, "version?api.version=1");

    var entry =
        root().data("audit_list", "user", account.user(), "request_id", id).at("/entries/0");
    assertThat(entry.path("kind").asText()).isEqualTo("denial");
    assertThat(entry.path("change").asText())
        .startsWith("denied 1 call: The ")
        .contains("quota of 1");
  }

  /** What a stranger sends costs no write that stays. */
  @Test
  void ofAnUnknownCredentialNothingIsWritten() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var before = occurrences();
    var stranger = new Account(account.user(), TokenValue.generate(new SecureRandom()));
    called(WhmClient.of(stranger), "version?api.version=1");
    called(WhmClient.of(new Account("nobody", stranger.token())), "version?api.version=1");

    assertThat(occurrences()).isEqualTo(before);
  }

  @Test
  void onlyWhatIsTurnedAwayCostsAWriteMore() {
    var client = reseller(MANAGE_API_TOKENS);
    SdkProbe.reset();
    client.data("version");
    assertThat(SdkProbe.requests()).containsExactlyInAnyOrder("GetItem", "UpdateItem");
    SdkProbe.reset();
    client.failure("api_token_create");
    assertThat(SdkProbe.requests())
        .containsExactlyInAnyOrder("GetItem", "UpdateItem", "UpdateItem");
    SdkProbe.reset();
    client.failure("no_such_function");
    assertThat(SdkProbe.requests())
        .containsExactlyInAnyOrder("GetItem", "UpdateItem", "UpdateItem");
    SdkProbe.reset();
    client.data("audit_list", "request_id", "abcd1234_12345678");
    assertThat(SdkProbe.requests())
        .containsExactlyInAnyOrder("GetItem", "UpdateItem", "Query", "Query", "Query");
  }

  @Test
  void aDryRunThatIsRefusedLeavesNothing() {
    var client = reseller(MANAGE_API_TOKENS);
    var before = occurrences();
    client.failure("api_token_revoke", "token_name", "none", "api.dry_run", "1");
    assertThat(occurrences()).isEqualTo(before);
  }

  /** The setting names gethostname in tests. */
  @Test
  void anAnswerIsNotedIfAnOperatorSaysSo() {
    var client = reseller(MANAGE_API_TOKENS);
    var id = called(client, "gethostname?api.version=1");
    assertThat(told(client, id)).isEqualTo("read, gethostname, answered 1 call");
    assertThat(client
            .data("audit_list", "request_id", called(client, "version?api.version=1"))
            .path("entries")
            .size())
        .isZero();
  }

  @Test
  void anIdThatNothingIsKnownOfSaysSo() {
    var client = reseller(MANAGE_API_TOKENS, KILL_ACCT);
    assertThat(client
            .data("audit_list", "request_id", called(client, "version?api.version=1"))
            .path("note")
            .asText())
        .startsWith("No entry of “")
        .contains("The call changed nothing and was not turned away");
    assertThat(client.failure("audit_list", "request_id", "550e8400-e29b-41d4-a716-446655440000"))
        .contains("request_id: is not the X-Request-Id of an answer of this release");
  }

  @Test
  void whatIsRefusedTellsNoSecret() {
    var client = reseller(MANAGE_API_TOKENS);
    var secret = TokenValue.generate(new SecureRandom()).reveal();
    var id = called(client, "api_token_revoke?api.version=1&token_name=" + secret);
    assertThat(only(client, id).toString()).doesNotContain(secret);
  }

  private Set<String> occurrences() {
    var all = new HashSet<String>();
    store.query("OCCURRED", "2").await().indefinitely().forEach(item -> all.add(item.toString()));
    return all;
  }
}
