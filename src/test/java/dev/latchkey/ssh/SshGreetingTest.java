package dev.latchkey.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SshGreetingTest {
  /** The example of WHM's documentation, whose comment is null. */
  @Test
  void theDocumentedOneHasNoComment() {
    assertThat(SshGreeting.parse("SSH-2.0-OpenSSH_5.3"))
        .contains(new SshGreeting("SSH-2.0-OpenSSH_5.3", "2.0", "OpenSSH_5.3", Optional.empty()));
  }

  @Test
  void whatFollowsTheFirstBlankIsTheComment() {
    var greeting = SshGreeting.parse("SSH-1.99-Cisco-1.25 a b").orElseThrow();

    assertThat(greeting.protocols()).containsExactly("1.99");
    assertThat(greeting.software()).isEqualTo("Cisco-1.25");
    assertThat(greeting.comment()).contains("a b");
    assertThat(SshGreeting.parse("SSH-2.0-x ").orElseThrow().comment()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SSH-",
        "SSH-2.0",
        "SSH-2.0-",
        "SSH--x",
        "220 mail",
        " SSH-2.0-x",
        "ssh-2.0-x",
        "SSH-2.0-x\n",
        "SSH-2.0-\u001bx",
        "SSH-2.0-é"
      })
  void anythingElseIsNone(String line) {
    assertThat(SshGreeting.parse(line)).isEmpty();
    assertThat(SshGreeting.parse("SSH-2.0-" + "x".repeat(248))).isEmpty();
  }
}
