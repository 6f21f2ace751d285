package dev.latchkey.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"id_rsa", "/root/.ssh/id_rsa"})
  void itIsAFileOfRootsWithOrWithoutItsFolder(String text) {
    assertThat(KeyFileName.parse(text)).hasToString("id_rsa");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "/root/.ssh/",
        "/root/.ssh/..",
        "/home/me/id_rsa",
        "a/b",
        "/root/.ssh/../x"
      })
  void nothingElsewhereIsMeant(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileName.parse(text))
        .withMessageContaining("is not a file in /root/.ssh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\u2028b", "a\u2029b", "a\u202Eb"})
  void aNameThatNobodyCanReadIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileName.parse(text))
        .withMessageContaining("has characters that cannot be read");
  }

  @Test
  void aNameHasAsManyBytesAsOneOfAFileSystem() {
    assertThat(KeyFileName.parse("ä".repeat(127) + "x").value()).hasSize(128);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileName.parse("ä".repeat(128)))
        .withMessageContaining("is longer than the 255 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"authorized_keys", "authorized_keys2", "/root/.ssh/authorized_keys"})
  void theListOfKeysIsNoKey(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileName.parse(text))
        .withMessageContaining("is a list of the keys that are authorized already");
  }
}
