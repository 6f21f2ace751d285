package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** What the vendor needs to come to a server and to know it. */
@QuarkusTest
@DrivesAgent
class TicketReachTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void asTheServerStatedIt() {
    var support = fleet.supportCase();
    var key = Keys.ed25519();
    RetoldServer.of(support.server())
        .say(
            "{'top':{'simulated':0,'reached':{'address':'203.0.113.5','ports':[2222],'host_keys':['"
                + key + "']}}}");

    var granted = support.grant().path("data");
    var listed = support
        .client()
        .data("ticket_list", "ticket_id", support.ticket())
        .at("/auths/0/servers/0");

    for (var shown : new JsonNode[] {granted, listed}) {
      assertThat(shown.path("ssh").asText()).isEqualTo("203.0.113.5:2222");
      assertThat(shown.path("ssh_command").asText()).isEqualTo("ssh -p 2222 root@203.0.113.5");
      assertThat(shown.at("/host_keys/0/type").asText()).isEqualTo("ssh-ed25519");
      assertThat(shown.at("/host_keys/0/fingerprint").asText())
          .isEqualTo(PublicKey.parse(key).fingerprint());
      assertThat(shown.at("/host_keys/0/known_hosts").asText())
          .isEqualTo("[203.0.113.5]:2222 " + key);
    }
    assertThat(granted.path("non_fatals").toString()).doesNotContain("trust at first sight");
    // A list reads no statements.
    assertThat(support.client().data("ticket_list").at("/auths/0/servers/0").has("ssh_command"))
        .isFalse();
  }

  /** By an agent of an earlier release. */
  @Test
  void whatItDidNotStateIsLeftOutAndSaid() {
    var support = fleet.supportCase();
    RetoldServer.of(support.server()).say("{'top':{'simulated':0,'reached':null}}");

    var granted = support.grant().path("data");

    assertThat(granted.has("ssh_command")).isFalse();
    assertThat(granted.has("host_keys")).isFalse();
    assertThat(granted.path("non_fatals").toString())
        .contains(support.server().name() + " has not stated its host keys");
  }
}
