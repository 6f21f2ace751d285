package dev.latchkey.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.testing.Keys;
import org.junit.jupiter.api.Test;

class PublicKeyTest {
  private static final String KNOWN =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

  @Test
  void theFingerprintIsThatOfSshKeygen() {
    // GitHub publishes both.
    assertThat(PublicKey.parse(KNOWN).fingerprint())
        .isEqualTo("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
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
}
