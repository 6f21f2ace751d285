package dev.latchkey.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshUserTest {
  @ParameterizedTest
  @ValueSource(strings = {"root", "_chrony", "a", "web-data.1", "x2345678901234567890123456789012"})
  void anAccountHasANameOfUseradds(String name) {
    assertThat(SshUser.parse(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Root",
        "1a",
        "-x",
        ".x",
        "a b",
        "a\n",
        "a/b",
        "a$",
        "x23456789012345678901234567890123"
      })
  void anythingElseIsRefusedWithWhatWouldBeRight(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SshUser.parse(name))
        .withMessageContaining("is not a valid account name; use 1 to 32 of");
  }
}
