package dev.latchkey.sshkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ConvertopensshtoputtyTest extends WhmTest {
  private static final String NAME = "convertopensshtoputty";

  @Inject
  Fleet fleet;

  @Test
  void saysHowItIsDoneOnTheServer() {
    var client = WhmClient.of(fleet.owner());

    assertThat(client.failure(NAME, "file", "/root/.ssh/id_rsa"))
        .contains("on it, “puttygen /root/.ssh/id_rsa -o key.ppk” writes one");
    assertThat(client.failure(NAME)).contains("file: is missing");
  }

  /** Somebody will copy the command. */
  @Test
  void aNameIsOneWordOfTheCommand() {
    assertThat(WhmClient.of(fleet.owner()).failure(NAME, "file", "it's $(reboot)"))
        .contains("“puttygen '/root/.ssh/it'\\''s $(reboot)' -o key.ppk”");
  }

  @Test
  void aPassphraseIsRefusedAndNotRepeated() {
    assertThat(
            WhmClient.of(fleet.owner()).failure(NAME, "file", "id_rsa", "passphrase", "hunter22"))
        .contains("passphrase: must not be sent", "ssh-keygen -p -f /root/.ssh/id_rsa")
        .doesNotContain("hunter22");
  }
}
