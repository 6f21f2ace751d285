package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
class TicketKeySetTest extends WhmTest {
  @Inject
  Fleet fleet;

  static Stream<String> hostile() {
    var key = Keys.ed25519();
    return Stream.of(
        key + "\n" + Keys.ed25519(),
        key + "\r\nssh-rsa AAAA",
        "command=\"id\" " + key,
        "no-pty " + key,
        key.replace("ssh-ed25519", "ssh-rsa"),
        key.substring(0, 40),
        "ssh-ed25519 not*base64",
        "ssh-ed25519",
        "ssh-dss AAAAB3NzaC1kc3M=",
        Keys.rsa(2048),
        key + "=",
        Keys.line("ssh-ed25519", new byte[32], new byte[1]),
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "x".repeat(9000));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aHostileKeyIsRefused(String key) {
    var support = fleet.supportCase();

    assertThat(
            support.client().failure("ticket_key_set", "ticket_id", support.ticket(), "key", key))
        .contains("key: ");
  }

  @Test
  void ofAKeyTypeAndBlobAloneSurvive() {
    var support = fleet.supportCase();
    var key = Keys.rsa(4096);

    var set = support
        .client()
        .data(
            "ticket_key_set",
            "ticket_id",
            support.ticket(),
            "key",
            "  " + key + " somebody <script>$(id)\t",
            "from",
            "198.51.100.0/24",
            "from",
            "2001:db8::/48");

    assertThat(set.path("key").asText()).isEqualTo(key);
    assertThat(set.path("from").toString()).isEqualTo("[\"198.51.100.0/24\",\"2001:db8::/48\"]");
  }

  @Test
  void aCommentCostsNoKeyWhateverItHolds() {
    var support = fleet.supportCase();
    var key = Keys.ed25519();

    var set = support
        .client()
        .data(
            "ticket_key_set",
            "ticket_id",
            support.ticket(),
            "key",
            key + " J\u00fcrgen \u0007\u9375 \"no-pty\"");

    assertThat(set.path("key").asText()).isEqualTo(key);
  }

  @Test
  void aPlusThatWasNotEncodedIsNamed() {
    var support = fleet.supportCase();
    var key = Keys.rsa(3072);

    assertThat(support
            .client()
            .failure("ticket_key_set", "ticket_id", support.ticket(), "key", key.replace('+', ' ')))
        .contains("key: has blanks where its Base64 has “+”")
        .contains("%2B");
  }

  @Test
  void rangesWiderThanASixteenthOrAThirtySecondAreRefused() {
    var support = fleet.supportCase();
    for (var range : new String[] {"10.0.0.0/8", "0.0.0.0/0", "2001::/16", "::/0", "nonsense"}) {
      assertThat(support
              .client()
              .failure("ticket_key_set", "ticket_id", support.ticket(), "from", range))
          .contains("from: ");
    }
  }

  @Test
  void nothingToSetIsRefused() {
    var support = fleet.supportCase();

    assertThat(support.client().failure("ticket_key_set", "ticket_id", support.ticket()))
        .contains("give “key”, “from” or “ssh_username”");
  }
}
