package dev.latchkey.session;

import static dev.latchkey.access.Privilege.CREATE_USER_SESSION;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static dev.latchkey.access.Privilege.SSH_KEYS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@InProcess
class CreateUserSessionTest extends WhmTest {
  private static final String HTML = "text/html,application/xhtml+xml,*/*;q=0.8";

  private static JsonNode make(WhmClient client, String user, String... more) {
    var arguments = new ArrayList<>(List.of("user", user, "service", "whostmgrd"));
    arguments.addAll(List.of(more));
    return client.data("create_user_session", arguments.toArray(String[]::new));
  }

  private Account account() {
    return accounts.reseller(CREATE_USER_SESSION, MANAGE_API_TOKENS);
  }

  @Test
  void aScriptOpensTheLinkByOneGet() {
    var account = account();
    var made = make(WhmClient.of(account), account.user());

    var session = Browser.byLink(made.path("url").asText());

    assertThat(session.prefix()).isEqualTo(made.path("cp_security_token").asText());
    assertThat(session.data("api_token_list").at("/tokens/first/name").asText()).isEqualTo("first");
  }

  @Test
  void itWorksOnce() {
    var account = account();
    var path =
        Browser.path(make(WhmClient.of(account), account.user()).path("url").asText());
    assertThat(Browser.plain().get(path).statusCode()).isEqualTo(302);

    var again = Browser.plain().get(path);

    assertThat(again.statusCode()).isEqualTo(401);
    assertThat(again.header("Set-Cookie")).isNull();
  }

  @Test
  void whoOnlyLooksAtItUsesNothingUp() {
    var account = account();
    var made = make(WhmClient.of(account), account.user());
    var path = Browser.path(made.path("url").asText());

    for (var i = 0; i < 3; i++) {
      var page = Browser.plain().header("Accept", HTML).get(path);
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.header("Set-Cookie")).isNull();
      assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
      assertThat(page.asString())
          .contains("<form method=\"post\"", made.path("session").asText());
    }
    var session = Browser.opened(Browser.plain()
        .header("Accept", HTML)
        .contentType("application/x-www-form-urlencoded")
        .body(WhmClient.form("session", made.path("session").asText()))
        .post(made.path("cp_security_token").asText() + "/login"));

    assertThat(session.status()).isEqualTo(200);
  }

  @Test
  void theIdThatWasKnownBeforeTheLoginIsWorthNothingAfterIt() {
    var account = account();
    var made = make(WhmClient.of(account), account.user());
    var known = new Browser(
        made.path("session").asText().replace(":", "%3a"),
        made.path("cp_security_token").asText());
    assertThat(known.status()).isEqualTo(403);

    var session = Browser.byLink(made.path("url").asText());

    assertThat(session.cookie()).isNotEqualTo(known.cookie());
    assertThat(known.status()).isEqualTo(403);
    assertThat(session.status()).isEqualTo(200);
  }

  @Test
  void itEndsAfterFiveMinutes() {
    var account = account();
    var made = make(WhmClient.of(account), account.user());
    var expires = made.path("expires").asLong();
    assertThat(expires)
        .isBetween(Instant.now().getEpochSecond() + 290, Instant.now().getEpochSecond() + 300);

    try (var clock = TestClock.stoppedAt(expires)) {
      assertThat(Browser.plain().get(Browser.path(made.path("url").asText())).statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void withAnotherSecurityTokenItOpensNothing() {
    var account = account();
    var made = make(WhmClient.of(account), account.user());
    var path = Browser.path(made.path("url").asText());

    assertThat(Browser.plain()
            .get(path.replaceFirst("cpsess[0-9]+", "cpsess0123456789"))
            .statusCode())
        .isEqualTo(401);
    assertThat(Browser.plain().get(path.replaceFirst("/cpsess[0-9]+", "")).statusCode())
        .isEqualTo(401);
    assertThat(Browser.plain().get(path).statusCode()).isEqualTo(302);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpaneld", "webmaild", "WHOSTMGRD", "ftp"})
  void onlyWhmIsServed(String service) {
    var account = account();
    assertThat(WhmClient.of(account)
            .failure("create_user_session", "user", account.user(), "service", service))
        .contains("only WHM is served here");
  }

  @Test
  void onlyRootMakesThemForOthers() {
    var bob = account();
    var other = account();

    assertThat(WhmClient.of(other)
            .failure("create_user_session", "user", bob.user(), "service", "whostmgrd"))
        .contains("user: only root makes sessions of others");
    var session = Browser.byLink(make(root(), bob.user()).path("url").asText());
    assertThat(session.data("api_token_list").at("/tokens/first/name").asText()).isEqualTo("first");
    assertThat(session.data("myprivs").at("/privileges/0/all").asInt()).isZero();
  }

  @Test
  void rootMakesThemForOthersByATokenWithAllAlone() {
    var bob = account();
    var narrow = WhmClient.of(tokenOfRoot(Privileges.of(CREATE_USER_SESSION, SSH_KEYS)));

    assertThat(narrow.failure("create_user_session", "user", bob.user(), "service", "whostmgrd"))
        .contains("user: a session of another user requires the privilege “all”", "send user=root");
    assertThat(Browser.byLink(make(narrow, "root").path("url").asText()).status())
        .isEqualTo(200);
  }

  /** Nor does a token that is good for nothing here learn that its quota is used up. */
  @Test
  void aSessionOfAnotherIsDeniedOnceItsTokenDoesNotHoldAllAnyMore() {
    var bob = account();
    var opener = tokenOfRoot(Privileges.ALL);
    var session =
        Browser.byLink(make(WhmClient.of(opener), bob.user()).path("url").asText());
    var link = make(WhmClient.of(opener), bob.user()).path("url").asText();
    var own = Browser.byLink(make(WhmClient.of(opener), "root").path("url").asText());
    assertThat(session.status()).isEqualTo(200);

    change(opener, "acl", "create-user-session");

    try (var log = LogLines.capture()) {
      var denied = session.call("version");
      assertThat(denied.statusCode()).isEqualTo(403);
      assertThat(log.about(denied.header("X-Request-Id")))
          .anyMatch(line -> line.contains("does not hold “all” any more"));
    }
    assertThat(Browser.plain().get(Browser.path(link)).statusCode()).isEqualTo(401);
    assertThat(own.status()).isEqualTo(200);
    change(opener, "api.quota", "1");
    assertThat(own.call("version").asString()).contains("has a quota of 1 calls a month");
    assertThat(session.status()).isEqualTo(403);
  }

  private Account tokenOfRoot(Privileges privileges) {
    var root = accounts.root();
    var scope = new Scope(privileges, Optional.empty(), Optional.empty(), OptionalLong.empty());
    return root.with(accounts.token(root.user(), Customer.name(), scope));
  }

  private void change(Account token, String parameter, String value) {
    var name = root()
        .data("api_token_get_details", "token", token.token().reveal())
        .path("name")
        .asText();
    root().data("api_token_update", "token_name", name, parameter, value);
  }

  @Test
  void whatRootDoesAsSomebodyElseIsTold() {
    var bob = account();
    var session = Browser.byLink(make(root(), bob.user()).path("url").asText());
    session.data("api_token_create", "token_name", "made-by-root");

    var told = WhmClient.of(bob).data("audit_list").toString();

    assertThat(told)
        .contains("by root as " + bob.user() + ": token “made-by-root”")
        .contains("by root as " + bob.user() + ": session ")
        .contains("by root: link ");
  }

  @Test
  void neitherNobodyNorASuspendedUserHasSessions() {
    assertThat(root().failure("create_user_session", "user", "nobody1", "service", "whostmgrd"))
        .contains("You do not have a user named “nobody1”.");
    assertThat(root()
            .failure(
                "create_user_session", "user", accounts.suspended().user(), "service", "whostmgrd"))
        .contains("is suspended");
  }

  @ParameterizedTest
  @CsvSource({
    "api_tokens,/api_tokens",
    "api_shell,/api_shell",
    "grant_cpanel_support_access,/grant_cpanel_support_access",
    "manage_roots_ssh_keys,/manage_roots_ssh_keys",
    "usage,/usage",
    "home,/",
    "'',/"
  })
  void theLinkLeadsToThePageOfAnApp(String app, String page) {
    var account = account();
    var made = make(WhmClient.of(account), account.user(), "app", app, "locale", "");

    var opened = Browser.plain().get(Browser.path(made.path("url").asText()));

    var location = Browser.path(opened.header("Location"));
    assertThat(location).isEqualTo(made.path("cp_security_token").asText() + page);
    assertThat(Browser.plain().get(location).statusCode()).isEqualTo(200);
  }

  @Test
  void theUrlHasTheDomainThatIsPreferred() {
    var account = account();
    var client = WhmClient.of(account);

    assertThat(make(client, account.user(), "preferred_domain", "whm.example.com")
            .path("url")
            .asText())
        .matches("https://whm\\.example\\.com/cpsess[0-9]{10}/login/\\?session=" + account.user()
            + "%3A[A-Za-z0-9_]{64}");
    for (var wrong : List.of("a/b", "a@b", "https://a", "")) {
      assertThat(client.failure(
              "create_user_session",
              "user",
              account.user(),
              "service",
              "whostmgrd",
              "preferred_domain",
              wrong))
          .contains("preferred_domain: ");
    }
  }

  @ParameterizedTest
  @CsvSource({"cp_security_token,cpsess0123456789", "promptToken,e30="})
  void whatItCannotDoIsRefused(String parameter, String value) {
    var account = account();
    assertThat(WhmClient.of(account)
            .failure(
                "create_user_session",
                "user",
                account.user(),
                "service",
                "whostmgrd",
                parameter,
                value))
        .contains(parameter + ": is not taken");
  }

  @Test
  void aSessionNeverHasMoreThanTheTokenThatMadeIt() {
    var account = account();
    var client = WhmClient.of(account);
    var narrow = client
        .data("api_token_create", "token_name", "narrow", "acl", "create-user-session")
        .path("token")
        .asText();
    var made =
        make(WhmClient.of(account.with(TokenValue.parse(narrow).orElseThrow())), account.user());

    var session = Browser.byLink(made.path("url").asText());

    var answer = WhmClient.json(session.call("api_token_list"));
    assertThat(WhmClient.reasonOfFailure(answer)).startsWith("Permission denied");
  }

  @Test
  void aLinkDiesWithItsToken() {
    var account = account();
    var client = WhmClient.of(account);
    var maker =
        client.data("api_token_create", "token_name", "maker").path("token").asText();
    var made =
        make(WhmClient.of(account.with(TokenValue.parse(maker).orElseThrow())), account.user());
    client.data("api_token_revoke", "token_name", "maker");

    assertThat(Browser.plain().get(Browser.path(made.path("url").asText())).statusCode())
        .isEqualTo(401);
  }

  @Test
  void aSessionThatMakesLinksDoesNotLiveLongerByThem() {
    var account = account();
    var first = Browser.of(account);
    var now = Instant.now().getEpochSecond();
    for (var minutes = 10L; minutes < 12 * 60; minutes += 10) {
      try (var clock = TestClock.stoppedAt(now + minutes * 60)) {
        assertThat(first.status()).as("after %s minutes", minutes).isEqualTo(200);
      }
    }
    String url;
    try (var clock = TestClock.stoppedAt(now + 719 * 60)) {
      url = first
          .data("create_user_session", "user", account.user(), "service", "whostmgrd")
          .path("url")
          .asText();
      var second = Browser.byLink(url);
      assertThat(second.status()).isEqualTo(200);
      TestClock.stoppedAt(now + 721 * 60);
      assertThat(second.status()).isEqualTo(403);
    }
  }

  @Test
  void thereIsABoundOfThem() {
    var account = account();
    var client = WhmClient.of(account);
    for (var i = 0; i < 100; i++) {
      make(client, account.user());
    }

    assertThat(
            client.failure("create_user_session", "user", account.user(), "service", "whostmgrd"))
        .contains("100 sessions and links to some");
    try (var clock = TestClock.stoppedAt(Instant.now().getEpochSecond() + 301)) {
      make(client, account.user());
    }
  }
}
