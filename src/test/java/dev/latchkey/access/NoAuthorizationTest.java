package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.access.AccessDenied.Cause;
import dev.latchkey.testing.Words;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The causes are for the log alone. */
class NoAuthorizationTest {
  private static final String TOKEN = "0123456789ABCDEFGHIJKLMNOPWPUABH";

  @Test
  void withoutAHeaderThereIsNoCredential() {
    assertDenied(Cause.NO_CREDENTIAL);
  }

  @Test
  void severalHeadersAreRefusedEvenWhenTheyAreTheSame() {
    assertDenied(Cause.SEVERAL_CREDENTIALS, "whm root:" + TOKEN, "whm root:" + TOKEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "cpanel ", "", "whm:", "whm,", "whmx ", "Digest "})
  void anotherSchemeIsRefused(String scheme) {
    assertDenied(Cause.UNKNOWN_SCHEME, scheme + "root:" + TOKEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "whm", "Basic"})
  void aHeaderWithLessThanASchemeAndAClaimIsRefused(String header) {
    assertDenied(Cause.UNKNOWN_SCHEME, header);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ro ot", "a#b", "-x", ".x", "é", "a\nb", "root ", "a/b", "a%40b", "\u0000"})
  void whatIsNoUserNameIsRefused(String user) {
    assertDenied(Cause.NO_USER_NAME, "whm " + user + ":" + TOKEN);
  }

  @Test
  void aUserNameOf65CharactersIsRefused() {
    assertDenied(Cause.NO_USER_NAME, "whm " + "a".repeat(65) + ":" + TOKEN);
  }

  @Test
  void aTokenWithoutAUserNameIsRefused() {
    assertDenied(Cause.NO_USER_NAME, "whm " + TOKEN);
  }

  @ParameterizedTest
  @Words("!!! cm9vdA== ==== cm9vdA= cm9vdA=== _-_-")
  void whatIsNoBase64OfAUserAndATokenIsRefused(String encoded) {
    assertDenied(Cause.NO_USER_NAME, "Basic " + encoded);
  }

  @Test
  void anEncodedClaimIsNotReadUnderWhmsOwnScheme() {
    assertDenied(Cause.NO_USER_NAME, "whm cm9vdDpURVNU");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " " + TOKEN, TOKEN + "x", ":" + TOKEN, "password", TOKEN + "\nx"})
  void aSecretThatIsNoTokensValueIsRefused(String secret) {
    assertDenied(Cause.NO_TOKEN, "whm root:" + secret);
  }

  @Test
  void aRefusalDoesNotSayWhatWasSent() {
    assertThatThrownBy(() -> Authorization.parse(List.of("whm root:SECRET")))
        .hasMessageNotContaining("SECRET");
  }

  private static void assertDenied(Cause cause, String... headers) {
    assertThatThrownBy(() -> Authorization.parse(List.of(headers)))
        .isInstanceOfSatisfying(
            AccessDenied.class, denied -> assertThat(denied.why()).isEqualTo(cause));
  }
}
