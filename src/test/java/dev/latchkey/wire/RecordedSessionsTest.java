package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.RecordedAnswer;
import dev.latchkey.testing.RecordedRequest;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** Two clients in Perl that log in with a password and call in the session, by the requests that they send. */
@QuarkusTest
@WayIn
class RecordedSessionsTest extends WhmTest {
  /** In both recordings of a call. */
  private static final String SECURITY_TOKEN = "cpsess9460550229";

  private static final String COOKIE = "aef3d020e59cb881";

  /** It follows 303, and then finds no Location; of another host's it would read an empty token. */
  @Test
  void publicApiReadsTheSecurityTokenOffTheRedirect() {
    var login = login("perl-publicapi", "login for a session");

    assertThat(login.status()).isIn(301, 302);
    assertCallsIn(login, "perl-publicapi");
  }

  /** It asks for {@code login_only}, and reads Location all the same. Its form has no form's type. */
  @Test
  void apiClientReadsItOffTheAnswerToLoginOnly() {
    assertCallsIn(
        login("perl-apiclient", "login for a session, with a code of two-factor authentication"),
        "perl-apiclient");
  }

  private RecordedAnswer login(String client, String step) {
    return RecordedRequest.of(client, step).sentBy(accounts.root());
  }

  private void assertCallsIn(RecordedAnswer login, String client) {
    assertThat(login.header("Location")).startsWith("/cpsess");
    var cookie = login.header("Set-Cookie").split(";")[0];

    var answer = RecordedRequest.of(client, "call in a session")
        .with(SECURITY_TOKEN, login.header("Location").split("/")[1])
        .with(COOKIE, cookie.substring(cookie.indexOf('=') + 1))
        .sentBy(accounts.root());
    assertThat(answer.json().at("/metadata/result").asInt()).isOne();
  }
}
