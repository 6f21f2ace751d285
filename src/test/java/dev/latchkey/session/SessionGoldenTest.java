package dev.latchkey.session;

import static dev.latchkey.access.Privilege.CREATE_USER_SESSION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Browser;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** The happy path over every way in: a link, the session that it opens, and its end. */
@QuarkusTest
class SessionGoldenTest extends WhmTest {
  private static final long AT = 1_483_625_276;

  @Test
  @InProcess
  void aLinkInJsonAndInXml() {
    try (var clock = TestClock.stoppedAt(AT)) {
      var account = accounts.reseller(CREATE_USER_SESSION);
      var client = WhmClient.of(account);
      String[] arguments = {"user", account.user(), "service", "whostmgrd", "app", "api_tokens"};

      Golden.assertJson("create_user_session.json", client.post("create_user_session", arguments));
      Golden.assertXml(
          "create_user_session.xml",
          client
              .raw()
              .get("/xml-api/create_user_session?api.version=1&" + WhmClient.form(arguments))
              .asString());
    }
  }

  @Test
  void fromTheLinkToTheLogout() {
    var account = accounts.reseller(CREATE_USER_SESSION);
    var made = WhmClient.of(account)
        .data("create_user_session", "user", account.user(), "service", "whostmgrd");

    var session = Browser.byLink(made.path("url").asText());

    assertThat(session.data("version").path("version").asText()).isEqualTo("11.138.0.6");
    assertThat(session.raw().post(session.prefix() + "/logout").statusCode()).isEqualTo(303);
    assertThat(session.status()).isEqualTo(403);
  }

  @Test
  void fromTheFormToTheLogout() {
    var session = Browser.of(accounts.reseller());

    assertThat(session.withPrefix("/cpsess0000000000").status()).isEqualTo(403);
    assertThat(session.status()).isEqualTo(200);
    assertThat(session.raw().get(session.prefix() + "/logout?login_only=1").asString())
        .isEqualTo("{\"status\":1,\"redirect\":\"/login\"}");
    assertThat(session.status()).isEqualTo(403);
  }
}
