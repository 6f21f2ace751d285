package dev.latchkey.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.latchkey.testing.Account;
import dev.latchkey.testing.Counters;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every cause looks the same outside; the log knows which it was. */
@QuarkusTest
@InProcess
@WayIn
class AccessDeniedTest extends WhmTest {
  @Inject
  Counters counters;

  /** What {@code src/cli} knows it by, too. */
  private static final String BODY = Golden.text("access-denied.json");

  private static void assertDenied(Response response, AccessDenied.Cause cause, LogLines log) {
    response
        .then()
        .statusCode(403)
        .header("Content-Type", equalTo("text/plain; charset=\"utf-8\""))
        .body(equalTo(BODY));
    assertThat(log.about(response.header("X-Request-Id")))
        .anyMatch(line -> line.contains(new AccessDenied(cause).getMessage()));
  }

  private static Response version(String authorization) {
    return given().header("Authorization", authorization).get("/json-api/version?api.version=1");
  }

  @Test
  void withoutACredential() {
    try (var log = LogLines.capture()) {
      assertDenied(
          given().get("/json-api/version?api.version=1"), AccessDenied.Cause.NO_CREDENTIAL, log);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer x,UNKNOWN_SCHEME",
    "whm,UNKNOWN_SCHEME",
    "whm root,NO_USER_NAME",
    "whm :x,NO_USER_NAME",
    "whm a/b:x,NO_USER_NAME",
    "whm root:short,NO_TOKEN",
    "Basic !!!,NO_USER_NAME",
    "Basic cm9vdDpzdHVicGFzcw==,NO_TOKEN"
  })
  void withoutAskingTheStoreForGarbage(String authorization, AccessDenied.Cause cause) {
    SdkProbe.reset();
    try (var log = LogLines.capture()) {
      assertDenied(version(authorization), cause, log);
      assertThat(SdkProbe.requests()).isEmpty();
    }
  }

  @Test
  void withoutAskingTheStoreForATokenWhoseChecksumIsWrong() {
    var value = TokenValue.generate(new SecureRandom()).reveal();
    var wrong = value.substring(0, 31) + (value.endsWith("0") ? "1" : "0");
    SdkProbe.reset();
    try (var log = LogLines.capture()) {
      assertDenied(version("whm root:" + wrong), AccessDenied.Cause.NO_TOKEN, log);
      assertThat(SdkProbe.requests()).isEmpty();
    }
  }

  @Test
  void forATokenNobodyHas() {
    var account = accounts.reseller();
    try (var log = LogLines.capture()) {
      var stranger = account.with(TokenValue.generate(new SecureRandom()));
      assertDenied(version(stranger.authorization()), AccessDenied.Cause.UNKNOWN_TOKEN, log);
    }
  }

  @Test
  void forSomebodyElsesToken() {
    var owner = accounts.reseller();
    var other = accounts.reseller();
    try (var log = LogLines.capture()) {
      assertDenied(
          version(new Account(other.user(), owner.token()).authorization()),
          AccessDenied.Cause.UNKNOWN_TOKEN,
          log);
    }
  }

  @Test
  void forAnExpiredToken() {
    var account = accounts.reseller();
    var expired = accounts.token(
        account.user(),
        "old",
        scope(Optional.of(Instant.now().minusSeconds(1)), Optional.empty(), OptionalLong.empty()));
    try (var log = LogLines.capture()) {
      assertDenied(version(account.with(expired).authorization()), AccessDenied.Cause.EXPIRED, log);
    }
  }

  @Test
  void forASuspendedUser() {
    try (var log = LogLines.capture()) {
      assertDenied(
          version(accounts.suspended().authorization()), AccessDenied.Cause.SUSPENDED, log);
    }
  }

  @Test
  void fromAnAddressThatIsNotOnTheListAndWithoutCounting() {
    var account = accounts.reseller(OptionalLong.of(1));
    var list = new AddressList(
        List.of(AddressRange.parse("192.0.2.0/24"), AddressRange.parse("2001:db8::/32")));
    var token = accounts.token(
        account.user(), "listed", scope(Optional.empty(), Optional.of(list), OptionalLong.of(1)));
    try (var log = LogLines.capture()) {
      for (var i = 0; i < 3; i++) {
        assertDenied(version(account.with(token).authorization()), AccessDenied.Cause.ADDRESS, log);
      }
    }
    assertThat(counters.onCredentials(account.user())).isEmpty();
    assertThat(counters.onUser(account.user())).isEmpty();
  }

  @Test
  void noHeaderMovesTheAddress() {
    var account = accounts.reseller();
    var list = new AddressList(List.of(AddressRange.parse("192.0.2.7")));
    var token = accounts.token(
        account.user(), "listed", scope(Optional.empty(), Optional.of(list), OptionalLong.empty()));
    given()
        .header("Authorization", account.with(token).authorization())
        .header("X-Forwarded-For", "192.0.2.7")
        .header("Forwarded", "for=192.0.2.7")
        .header("X-Real-IP", "192.0.2.7")
        .get("/json-api/version?api.version=1")
        .then()
        .statusCode(403);
  }

  @Test
  void inXmlAsTheSameTree() {
    given()
        .get("/xml-api/version?api.version=1")
        .then()
        .statusCode(403)
        .body(equalTo(Golden.text("access-denied.xml")));
  }

  @ParameterizedTest
  @CsvSource({"whm", "WHM", "wHm"})
  void theSchemeIsReadInAnyLetterCase(String scheme) {
    var account = accounts.root();
    version(scheme + " root:" + account.token().reveal()).then().statusCode(200);
  }

  @Test
  void aTokenIsThePasswordOfBasic() {
    var account = accounts.root();
    given()
        .auth()
        .preemptive()
        .basic("root", account.token().reveal())
        .get("/json-api/version")
        .then()
        .statusCode(200);
    version("Basic root:" + account.token().reveal()).then().statusCode(200);
  }

  private static Scope scope(
      Optional<Instant> expires, Optional<AddressList> addresses, OptionalLong quota) {
    return new Scope(Privileges.NONE, expires, addresses, quota);
  }
}
