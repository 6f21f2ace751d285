package dev.latchkey.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.testing.Keys;
import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {
  private static final String KNOWN =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

  @Test
  void theFingerprintIsThatOfSshKeygen() {
    // GitHub publishes both.
    assertThat(PublicKey.parse(KNOWN).fingerprint())
        .isEqualTo("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
  }

  /** Each one was once read again from every one of its characters. */
  @ParameterizedTest
  @ValueSource(strings = {" =", " = ", " =x ", "\n = ", "\n", " \n", "BEGIN A ", "AAAA", "A A "})
  void whateverItIsMadeOfItIsJudgedQuickly(String piece) {
    for (var begin : List.of("", "BEGIN ", "ssh-ed25519 AAAA ", "ssh-ed25519\n")) {
      for (var end : List.of("", "x y y y y y y y y y y y y y y y y y y y y", "\nx")) {
        for (var repeated : List.of(piece, piece.substring(piece.length() - 1), piece.strip())) {
          var times = repeated.isEmpty() ? 0 : 8_000 / repeated.length();
          var text = begin + repeated.repeat(times) + end;
          assertTimeout(
              Duration.ofMillis(500),
              () -> assertThatIllegalArgumentException().isThrownBy(() -> PublicKey.parse(text)),
              begin + repeated + end);
        }
      }
    }
  }

  /** A form has a blank for a plus sign that was not escaped. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0 dG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
        "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0 dG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.com",
        "AAAAC3NzaC1lZDI1NTE5AAAAIOMq nkVzrm0 dG6UOoqKLsabgH5C9 kWi0dh2l9GKJl me at home"
      })
  void aPlusSignThatArrivesAsABlankIsNamed(String blob) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublicKey.parse("ssh-ed25519 " + blob))
        .withMessage(
            "has blanks where its Base64 has “+”: a + must be sent as %2B, or it arrives as a blank.");
  }

  @Test
  void theCommentIsNoPartOfTheKey() {
    var key = PublicKey.parse(KNOWN + " me@example.com");

    assertThat(key.line()).isEqualTo(KNOWN);
    assertThat(key.lineWithComment()).isEqualTo(KNOWN + " me@example.com");
  }

  @Test
  void aKeyOfAnotherTypeThanItSaysIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublicKey.parse(KNOWN.replace("ssh-ed25519", "ssh-rsa")))
        .withMessageContaining("is not of the type “ssh-rsa”");
  }

  @Test
  void aPrivateKeyIsCalledByItsName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublicKey.parse("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA"))
        .withMessageContaining("is a private key")
        .withMessageNotContaining("AAAA");
  }

  @Test
  void rsaOf3072BitsIsTheLeast() {
    assertThat(PublicKey.parse(Keys.rsa(3072)).type()).isEqualTo("ssh-rsa");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublicKey.parse(Keys.rsa(2048)))
        .withMessageContaining("2048 bits");
  }

  @Test
  void whatIsCutOffIsRefused() {
    for (var end = KNOWN.length() - 1; end > "ssh-ed25519 ".length(); end--) {
      var cut = KNOWN.substring(0, end);
      assertThatIllegalArgumentException().isThrownBy(() -> PublicKey.parse(cut));
    }
  }

  /** The agent's tests read them, too. */
  static Stream<Arguments> keys() throws IOException {
    try (var file = PublicKeyTest.class.getResourceAsStream("/keys.json")) {
      return StreamSupport.stream(new ObjectMapper().readTree(file).spliterator(), false)
          .map(key -> Arguments.of(key.path("case").asText(), key));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void everyKnownCaseIsJudgedAsItSays(String named, JsonNode key) {
    var line = key.path("line").asText();
    if (key.path("verdict").asText().equals("accept")) {
      assertThat(PublicKey.parse(line).problem()).as(named).isEmpty();
    } else {
      assertThatIllegalArgumentException()
          .as(named)
          .isThrownBy(() -> PublicKey.parse(line))
          .withMessageContaining(key.path("reason").asText())
          .withMessageEndingWith(".");
    }
  }

  @Test
  void ofACommentOnlyHarmlessCharactersAreKept() {
    assertThat(PublicKey.parse(KNOWN + " J\u00fcrgen\u0000 \u001b[31m").comment())
        .isEqualTo("Jrgen 31m");
    assertThat(PublicKey.parse(KNOWN + " " + "c".repeat(500)).comment()).hasSize(100);
  }

  @Test
  void aCommentThatServersTakeForOursIsDropped() {
    assertThat(PublicKey.parse(KNOWN + " \u00fclatchkey-ticket-7").lineWithComment())
        .isEqualTo(KNOWN);
  }

  @Test
  void whatWasStoredStaysReadableAndHasItsProblem() {
    var stored = PublicKey.ofLine(Keys.rsa(2048));

    assertThat(stored.fingerprint()).startsWith("SHA256:");
    assertThat(stored.problem()).hasValueSatisfying(why -> assertThat(why).contains("2048 bits"));
    assertThat(PublicKey.ofLine(KNOWN).problem()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(NistCurve.class)
  void theCurvesAreThoseOfTheJdk(NistCurve curve) throws GeneralSecurityException {
    var parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(curve.identifier().replace("nistp", "secp") + "r1"));
    var known = parameters.getParameterSpec(ECParameterSpec.class);

    assertThat(curve.prime).isEqualTo(((ECFieldFp) known.getCurve().getField()).getP());
    assertThat(curve.b).isEqualTo(known.getCurve().getB());
    assertThat(curve.order).isEqualTo(known.getOrder());
    assertThat(known.getCurve().getA()).isEqualTo(curve.prime.subtract(BigInteger.valueOf(3)));
  }
}
