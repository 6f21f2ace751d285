package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {
  private static final String TOKEN = "0123456789ABCDEFGHIJKLMNOPWPUABH";

  @ParameterizedTest
  @ValueSource(
      strings = {"whm ", "WHM ", "Whm ", "wHm   ", "whm\t", "  whm ", "basic ", "Basic ", "BASIC "})
  void theSchemeIsReadInAnyLetterCase(String scheme) {
    assertClaimed("root", scheme + "root:" + TOKEN);
  }

  @Test
  void blanksAfterTheTokenAreNoPartOfIt() {
    assertClaimed("root", "whm root:" + TOKEN + "  ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic ", "basic ", "BASIC   "})
  void basicIsReadAsBase64(String scheme) {
    assertClaimed("reseller1", scheme + base64("reseller1:" + TOKEN));
  }

  @Test
  void basicMayLackItsPadding() {
    var padded = base64("reseller:" + TOKEN);

    assertThat(padded).endsWith("=");
    assertClaimed("reseller", "Basic " + padded.replace("=", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A1", "a.b", "a_b", "a-b", "a@b.example"})
  void aUserNameMayHaveThese(String user) {
    assertClaimed(user, "whm " + user + ":" + TOKEN);
  }

  @Test
  void aUserNameMayHave64Characters() {
    assertClaimed("a".repeat(64), "whm " + "a".repeat(64) + ":" + TOKEN);
  }

  @Test
  void aClaimDoesNotPrintItsSecret() {
    assertThat(Authorization.parse(List.of("whm root:" + TOKEN)).toString()).doesNotContain(TOKEN);
  }

  private static void assertClaimed(String user, String header) {
    var claim = Authorization.parse(List.of(header));
    assertThat(claim.user()).isEqualTo(user);
    assertThat(claim.token().reveal()).isEqualTo(TOKEN);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
