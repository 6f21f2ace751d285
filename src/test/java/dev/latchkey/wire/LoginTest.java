package dev.latchkey.wire;

import static dev.latchkey.access.Privilege.CREATE_USER_SESSION;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.SessionId;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.testing.Whole;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** Sessions from the outside: login, calls by cookie and prefix, logout. */
@QuarkusTest
@InProcess
@WayIn
@Order(3) // while there is little in the table: it reads all of it around each refused login
class LoginTest extends WhmTest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON_REFUSAL = "{\"status\":0,\"message\":\"invalid_login\"}";

  @Inject
  DynamoDbAsyncClient dynamoDb;

  private Whole table() {
    return Whole.of(dynamoDb, Path.of("src/test/lint/latchkey.guard"));
  }

  @Test
  void theFormLeadsToTheSessionAndSetsItsCookie() {
    var account = accounts.reseller();

    var response = Browser.login(account.user(), account.token().reveal(), "/");

    assertThat(response.statusCode()).isEqualTo(302);
    assertThat(Browser.path(response.header("Location"))).matches("/cpsess[0-9]{10}/");
    assertThat(response.header("Set-Cookie"))
        .matches("whostmgrsession=" + account.user()
            + "%3a[A-Za-z0-9_]{64}; Path=/; Secure; HttpOnly; SameSite=Lax");
    assertThat(response.header("Cache-Control")).isEqualTo("no-store");
    assertThat(Browser.opened(response).status()).isEqualTo(200);
  }

  @Test
  void aScriptGetsJson() {
    var account = accounts.reseller();

    var response = Browser.login(
        account.user(), account.token().reveal(), "/?login_only=1&goto_uri=%2Fapi_tokens");
    var answer = WhmClient.json(response);

    assertThat(answer.path("status").asInt()).isOne();
    var prefix = answer.path("security_token").asText();
    assertThat(prefix).matches("/cpsess[0-9]{10}");
    assertThat(answer.path("redirect").asText()).isEqualTo(prefix + "/api_tokens");
    assertThat(new Browser(Browser.cookie(response), prefix).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aSet-Cookie: a=b\r\nX: y",
        "evil.example",
        "javascript:alert(1)",
        "/a b",
        "/a\"onload=x",
        "/cpsess0123456789//evil.example"
      })
  void noLoginLeadsToAnotherSite(String target) {
    var account = accounts.reseller();

    var response = Browser.plain()
        .contentType(FORM)
        .body(WhmClient.form(
            "user", account.user(), "pass", account.token().reveal(), "goto_uri", target))
        .post("/login");

    assertThat(Browser.path(response.header("Location"))).matches("/cpsess[0-9]{10}/");
  }

  @Test
  void aPathOfOursIsGoneTo() {
    var account = accounts.reseller();

    var response = Browser.plain()
        .contentType(FORM)
        .body(WhmClient.form(
            "user",
            account.user(),
            "pass",
            account.token().reveal(),
            "goto_uri",
            "/cpsess0123456789/json-api/version?api.version=1"))
        .post("/login");

    assertThat(Browser.path(response.header("Location")))
        .matches("/cpsess[0-9]{10}/json-api/version\\?api\\.version=1");
  }

  @Test
  void neitherTheCookieNorThePrefixAloneIsEnough() {
    var session = Browser.of(accounts.reseller());

    assertDenied(session.withPrefix("").call("version"));
    assertDenied(session.withPrefix("/cpsess").call("version"));
    assertDenied(session.withPrefix("/cpsess012345678").call("version"));
    assertDenied(session.withPrefix(session.prefix() + "0").call("version"));
    assertDenied(Browser.plain().get(session.prefix() + "/json-api/version?api.version=1"));
    assertThat(session.status()).isEqualTo(200);
  }

  @Test
  void twentyWrongPrefixesLockIt() {
    var session = Browser.of(accounts.reseller());
    var wrong = session.withPrefix("/cpsess0000000000");
    for (var i = 0; i < 19; i++) {
      assertDenied(wrong.call("version"));
    }
    assertThat(session.status()).isEqualTo(200);
    assertDenied(wrong.call("version"));

    assertDenied(session.call("version"));
    SdkProbe.reset();
    assertDenied(wrong.call("version"));
    assertThat(SdkProbe.requests())
        .as("it is read, and noted for the owner of its token")
        .containsExactly("GetItem", "UpdateItem");
  }

  @Test
  void anotherSessionsPrefixIsNone() {
    var one = Browser.of(accounts.reseller());
    var other = Browser.of(accounts.reseller());

    assertDenied(one.withPrefix(other.prefix()).call("version"));
  }

  @Test
  void twoSessionsAtOnceAreNone() {
    var session = Browser.of(accounts.reseller());

    assertDenied(session
        .raw()
        .header("Cookie", Browser.COOKIE + "=x")
        .get(session.prefix() + "/json-api/version?api.version=1"));
  }

  @Test
  void withAnAuthorizationHeaderNothingElseCounts() {
    var session = Browser.of(accounts.reseller());
    var account = accounts.reseller();

    assertDenied(session
        .raw()
        .header("Authorization", "whm root:x")
        .get(session.prefix() + "/json-api/version?api.version=1"));
    WhmClient.json(session
        .withCookie("garbage")
        .raw()
        .header("Authorization", account.authorization())
        .get("/cpsess/json-api/version?api.version=1"));
  }

  @Test
  void fifteenMinutesWithoutACallEndIt() {
    var start = Instant.now().getEpochSecond();
    try (var clock = TestClock.stoppedAt(start)) {
      var session = Browser.of(accounts.reseller());
      TestClock.stoppedAt(start + 899);
      assertThat(session.status()).isEqualTo(200);
      TestClock.stoppedAt(start + 899 + 899);
      assertThat(session.status()).isEqualTo(200);

      TestClock.stoppedAt(start + 899 + 899 + 900);
      assertDenied(session.call("version"));
    }
  }

  @Test
  void aCallThatIsDeniedIsNoUseOfIt() {
    var account = accounts.reseller();
    var start = Instant.now().getEpochSecond();
    try (var clock = TestClock.stoppedAt(start)) {
      var session = Browser.of(account);
      TestClock.stoppedAt(start + 600);
      root().data("suspendreseller", "user", account.user(), "reseller-only", "1");
      assertDenied(session.call("version"));
      root().data("unsuspendreseller", "user", account.user());

      TestClock.stoppedAt(start + 900);
      assertDenied(session.call("version"));
      assertThat(Browser.of(account).status()).isEqualTo(200);
    }
  }

  @Test
  void itsUseIsNotedOnceAMinute() {
    var start = Instant.now().getEpochSecond();
    try (var clock = TestClock.stoppedAt(start)) {
      var session = Browser.of(accounts.reseller());
      TestClock.stoppedAt(start + 59);
      SdkProbe.reset();
      session.data("version");
      assertThat(SdkProbe.requests()).containsOnlyOnce("UpdateItem").hasSize(3);

      TestClock.stoppedAt(start + 60);
      SdkProbe.reset();
      session.data("version");
      assertThat(SdkProbe.requests()).hasSize(4);
      SdkProbe.reset();
      session.data("version");
      assertThat(SdkProbe.requests()).hasSize(3);
    }
  }

  @Test
  void twelveHoursEndItWhateverIsDoneWithIt() {
    var start = Instant.now().getEpochSecond();
    try (var clock = TestClock.stoppedAt(start)) {
      var session = Browser.of(accounts.reseller());
      for (var minutes = 10; minutes < 720; minutes += 10) {
        TestClock.stoppedAt(start + 60L * minutes);
        assertThat(session.status()).as("after %s minutes", minutes).isEqualTo(200);
      }

      TestClock.stoppedAt(start + 60L * 720);
      assertDenied(session.call("version"));
    }
  }

  @Test
  void itDiesWithItsTokenAndItsUser() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var value = client.data("api_token_create", "token_name", "a").path("token").asText();
    var revoked = Browser.opened(Browser.login(account.user(), value, ""));
    var expires = Instant.now().getEpochSecond() + 600;
    value = client
        .data("api_token_create", "token_name", "b", "expires_at", Long.toString(expires))
        .path("token")
        .asText();
    var expired = Browser.opened(Browser.login(account.user(), value, ""));
    value = client.data("api_token_create", "token_name", "c").path("token").asText();
    var elsewhere = Browser.opened(Browser.login(account.user(), value, ""));
    var suspended = Browser.of(account);
    assertThat(revoked.status()).isEqualTo(200);
    assertThat(expired.status()).isEqualTo(200);
    assertThat(elsewhere.status()).isEqualTo(200);

    client.data("api_token_revoke", "token_name", "a");
    assertDenied(revoked.call("version"));
    client.data("api_token_update", "token_name", "c", "whitelist_ip", "192.0.2.1");
    assertDenied(elsewhere.call("version"));
    try (var clock = TestClock.stoppedAt(expires)) {
      assertDenied(expired.call("version"));
    }
    assertThat(suspended.status()).isEqualTo(200);
    accounts.suspend(account.user());
    assertDenied(suspended.call("version"));
  }

  @Test
  void aPrivilegeThatTheTokenLosesTheSessionLoses() {
    var account = accounts.reseller(MANAGE_API_TOKENS, CREATE_USER_SESSION);
    var client = WhmClient.of(account);
    var value = client.data("api_token_create", "token_name", "a").path("token").asText();
    var session = Browser.opened(Browser.login(account.user(), value, ""));
    session.data("api_token_list");

    client.data("api_token_update", "token_name", "a", "acl", "create-user-session");

    assertThat(WhmClient.reasonOfFailure(WhmClient.json(session.call("api_token_list"))))
        .startsWith("Permission denied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void aLogoutEndsIt(String method) {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var session = Browser.of(account);

    assertDenied(session.raw().request(method, "/logout"));
    assertDenied(session.raw().request(method, "/cpsess0123456789/logout"));
    assertDenied(Browser.plain().request(method, session.prefix() + "/logout"));
    assertThat(session.status()).isEqualTo(200);
    var ended = session.raw().request(method, session.prefix() + "/logout/");

    assertThat(ended.statusCode()).isEqualTo(303);
    assertThat(Browser.path(ended.header("Location"))).isEqualTo("/login");
    assertThat(ended.header("Set-Cookie")).startsWith("whostmgrsession=; Max-Age=0;");
    assertDenied(session.call("version"));
    assertDenied(session.raw().request(method, session.prefix() + "/logout"));
    assertThat(WhmClient.of(account).data("audit_list").toString())
        .contains("ended by a logout from", "opened, until");
  }

  @Test
  void aLogoutWaitsForNoToken() {
    var account = accounts.reseller();
    var session = Browser.of(account);
    accounts.revoke(account.user(), account.token());
    accounts.suspend(account.user());

    var ended = session.raw().get(session.prefix() + "/logout?login_only=1");

    assertThat(WhmClient.json(ended).path("status").asInt()).isOne();
    assertThat(table().items().keySet()).noneMatch(key -> key.startsWith("X#" + account.user()));
  }

  @Test
  void neitherItsIdNorItsPrefixIsStored() {
    var account = accounts.reseller();
    var session = Browser.of(account);

    var secret = session.cookie().substring(session.cookie().length() - 64);
    var items = table().items();
    assertThat(items.keySet()).anyMatch(key -> key.startsWith("X#" + account.user()));
    assertThat(items.toString()).doesNotContain(secret, session.prefix().substring(7));
  }

  @Test
  void neitherIsThatOfALink() {
    var account = accounts.reseller(CREATE_USER_SESSION);
    var made = WhmClient.of(account)
        .data("create_user_session", "user", account.user(), "service", "whostmgrd");

    var items = table().items();
    assertThat(items.keySet()).anyMatch(key -> key.startsWith("X#" + account.user()));
    var id = made.path("session").asText();
    assertThat(items.toString())
        .doesNotContain(
            id.substring(id.length() - 32),
            made.path("cp_security_token").asText().substring("/cpsess".length()));
  }

  /** CVE-2026-41940 of WHM: a session was written before anybody had logged in, and what a request said went into it. */
  @ParameterizedTest
  @MethodSource("hostile")
  void aLoginThatFailsWritesNothing(String user, String password) {
    accounts.root();
    var before = table();

    var page = Browser.login(user, password, "");
    var json = Browser.login(user, password, "/?login_only=1");

    assertThat(page.statusCode()).isEqualTo(401);
    assertThat(page.asString()).contains("invalid_login");
    assertThat(json.statusCode()).isEqualTo(401);
    assertThat(json.asString()).isEqualTo(JSON_REFUSAL);
    assertThat(json.header("Set-Cookie")).isNull();
    assertThat(table()).isEqualTo(before);
  }

  static List<Arguments> hostile() {
    var token = "A".repeat(32);
    return List.of(
        Arguments.of("root", "wrongpassword"),
        Arguments.of("root", ""),
        Arguments.of("", token),
        Arguments.of("root", token),
        Arguments.of("root\r\nhasroot=1", token),
        Arguments.of("root\n", token),
        Arguments.of("root\u0000", token),
        Arguments.of("ro=ot", token),
        Arguments.of("root", "x\r\nhasroot=1"),
        Arguments.of("root", "x\nuser=root"),
        Arguments.of("root", "x\u0000"),
        Arguments.of("root", "a=b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"user=root&pass=%ff", "user=%ff&pass=x", "user=root&pass=\u00ff", "{", "user"})
  void aBodyThatCannotBeReadIsAWrongPassword(String body) {
    accounts.root();
    var before = table();

    var response = Browser.plain()
        .contentType("application/octet-stream")
        .body(body.getBytes(StandardCharsets.ISO_8859_1))
        .post("/login?login_only=1");

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.asString()).isEqualTo(JSON_REFUSAL);
    assertThat(table()).isEqualTo(before);
  }

  @Test
  void aTokenInTheUrlLogsNobodyIn() {
    var account = accounts.reseller();

    var response = Browser.plain()
        .post("/login?user=" + account.user() + "&pass=" + account.token().reveal());

    assertThat(response.statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root:x\nsuccessful_internal_auth_with_timestamp=9999999999\nhasroot=1",
        "root:x\r\nhasroot=1",
        "root\u0000:x",
        "ro=ot:x",
        "root:a=b",
        "root:\u00ff\u00fe"
      })
  void aBasicHeaderWritesNothing(String decoded) {
    accounts.root();
    var before = table();
    var header = "Basic "
        + Base64.getEncoder().encodeToString(decoded.getBytes(StandardCharsets.ISO_8859_1));

    assertDenied(Browser.plain()
        .header("Authorization", header)
        .header("Cookie", Browser.COOKIE + "=root%3aabc")
        .get("/cpsess0123456789/json-api/version?api.version=1"));
    assertThat(Browser.plain()
            .header("Authorization", header)
            .header("Cookie", Browser.COOKIE + "=root%3aabc")
            .post("/login/?login_only=1")
            .asString())
        .isEqualTo(JSON_REFUSAL);

    assertThat(table()).isEqualTo(before);
  }

  @Test
  void aCookieOfASessionThatIsNotThereMakesNone() {
    var account = accounts.reseller();
    var before = table();
    var unknown = SessionId.generate(account.user(), new SecureRandom()).reveal();

    for (var cookie : List.of(
        unknown,
        unknown.replace(":", "%3a"),
        unknown.replace(":", "%3A"),
        "%3a" + unknown.substring(unknown.indexOf(':') + 1),
        unknown + "%0d%0ahasroot=1",
        unknown + "%00",
        unknown.replace(account.user(), "a%3db"),
        "",
        "x".repeat(2_000))) {
      var session = new Browser(cookie, "/cpsess0123456789");
      assertDenied(session.call("version"));
      assertDenied(session.raw().get(session.prefix() + "/logout"));
      assertThat(
              session.raw().get(session.prefix() + "/login/?session=" + cookie).statusCode())
          .isIn(401, 200);
      assertThat(session.raw().post("/login?login_only=1").asString()).isEqualTo(JSON_REFUSAL);
    }

    assertThat(table()).isEqualTo(before);
  }

  @Test
  void withoutAskingTheStoreForASessionWhoseChecksumIsWrong() {
    var session = Browser.of(accounts.reseller());
    var last = session.cookie().charAt(session.cookie().length() - 1);
    SdkProbe.reset();

    assertDenied(session
        .withCookie(session.cookie().substring(0, session.cookie().length() - 1)
            + (last == 'A' ? 'B' : 'A'))
        .call("version"));
    assertThat(SdkProbe.requests()).isEmpty();
  }

  @Test
  void pagesLoadNothingAndAreInNoFrame() {
    for (var path :
        List.of("/login", "/login/", "/cpsess0123456789/login", "/cpsess0123456789/x")) {
      var page = Browser.plain().header("Accept", "text/html").get(path);
      assertThat(page.statusCode()).as(path).isEqualTo(200);
      assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=\"utf-8\"");
      assertThat(page.header("Content-Security-Policy"))
          .contains("default-src 'none'", "frame-ancestors 'none'");
      assertThat(page.asString()).doesNotContain("<script", "tfa_login_form");
    }
  }

  @ParameterizedTest
  @CsvSource({"/login,PUT", "/login/,DELETE", "/cpsess0123456789/logout,PUT"})
  void otherMethodsAreNotServed(String path, String method) {
    assertThat(Browser.plain().request(method, path).statusCode()).isEqualTo(405);
  }

  @Test
  void versionsAboveOneAreServedAsOne() {
    var account = accounts.reseller();
    var answer = WhmClient.json(WhmClient.of(account).raw().get("/json-api/version?api.version=2"));

    assertThat(answer.at("/metadata/version").asInt()).isOne();
    assertThat(answer.at("/metadata/result").asInt()).isOne();
  }

  private static void assertDenied(Response response) {
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.asString()).contains("Access denied");
  }
}
