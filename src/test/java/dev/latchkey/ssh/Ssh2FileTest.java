package dev.latchkey.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.testing.Keys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ssh2FileTest {
  private static final String BEGIN = "---- BEGIN SSH2 PUBLIC KEY ----\n";
  private static final String END = "\n---- END SSH2 PUBLIC KEY ----";

  @Test
  void theKeyIsTheSameAsThatOfThePubFile() {
    for (var key : new String[] {Keys.ed25519(), Keys.rsa(4096)}) {
      var base64 = key.split(" ")[1].replaceAll("(.{70})", "$1\n");
      var read = PublicKey.parseSaved(
          BEGIN + "Subject: me\nCOMMENT: \"4096-bit RSA, by \\\nme\"\nx-a: b\n" + base64 + END);

      assertThat(read.line()).isEqualTo(key);
      assertThat(read.comment()).isEqualTo("4096-bit RSA by me");
      assertThat(PublicKey.parseSaved(key).line()).isEqualTo(key);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "AAAA", "A", "Comment: x\\", "!!!!", "AAAAB///AAAA", "a: b\\\nc: d\\"})
  void whatIsNotWholeIsRefused(String body) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublicKey.parseSaved(BEGIN + body + END))
        .withMessageContaining("has ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublicKey.parseSaved(BEGIN + body))
        .withMessageContaining("is cut off, or has lost its line breaks");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublicKey.parseSaved(BEGIN + body + END + "\n" + BEGIN + END));
  }

  /** As ssh-keygen -l -E md5 has it. */
  @Test
  void theFingerprintOfWhmIsMd5() {
    var key = PublicKey.parse(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f");

    assertThat(key.md5()).isEqualTo("0f:a2:0a:d7:38:3e:65:45:08:6b:63:84:1c:ff:dc:ba");
  }
}
