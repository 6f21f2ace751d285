package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class TicketWhitelistSetupTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void withoutAGrantItIsRefused() {
    var whitelist = WhitelistCase.of(fleet);
    var refusal = "no grant stands on “" + whitelist.name() + "”; ticket_grant opens the firewall.";
    assertThat(whitelist.failure("setup")).endsWith(refusal);

    whitelist.support().grant();
    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(90_000).getEpochSecond())) {
      assertThat(whitelist.failure("setup")).endsWith(refusal);
    }
    whitelist.support().revoke();
    assertThat(whitelist.failure("setup")).endsWith(refusal);
  }

  @Test
  void theSameOrderIsCarriedOutAgain() {
    var whitelist = WhitelistCase.granted(fleet);
    var generation = whitelist.server().lastOrder().path("generation").asLong();
    whitelist.firewallIs("WHOLE");

    var data = whitelist.data("setup");

    assertThat(data.toString()).isEqualTo("{\"chain_status\":\"ACTIVE\"}");
    var order = whitelist.server().lastOrder();
    assertThat(order.path("verb").asText()).isEqualTo("converge");
    assertThat(order.path("generation").asLong()).isEqualTo(generation);
    assertThat(order.path("grants")).hasSize(1);
    assertThat(whitelist.audit()).doesNotContain("opened the firewall");
  }

  @Test
  void whatWasClosedIsOpenedAgain() {
    var whitelist = WhitelistCase.granted(fleet);
    whitelist.firewallIs("GONE");
    whitelist.data("unsetup");
    var closed = whitelist.server().lastOrder();
    whitelist.firewallIs("WHOLE");

    assertThat(whitelist.data("setup").path("chain_status").asText()).isEqualTo("ACTIVE");

    var order = whitelist.server().lastOrder();
    assertThat(closed.path("firewall").asText()).isEqualTo("closed");
    assertThat(order.has("firewall")).isFalse();
    assertThat(order.path("generation").asLong())
        .isEqualTo(closed.path("generation").asLong() + 1);
    assertThat(whitelist.audit())
        .contains("opened the firewall of " + whitelist.name() + ", where 1 grant stands");
    assertThat(whitelist.looked().has("firewall")).isFalse();
  }

  @Test
  void whatIsNotOpenIsAnErrorWithItsCause() {
    var whitelist = WhitelistCase.granted(fleet);

    whitelist.firewallIsPartly("inet fw in drops 203.0.113.7");
    var blocked = whitelist.data("setup");
    assertThat(blocked.path("chain_status").asText()).isEqualTo("ERR_SETUP");
    assertThat(blocked.path("non_fatals").toString()).contains("inet fw in drops 203.0.113.7");

    whitelist.firewallIs("UNKNOWN','problem':'iptables: Permission denied");
    var unknown = whitelist.data("setup");
    assertThat(unknown.path("chain_status").asText()).isEqualTo("ERR_UNKNOWN");
    assertThat(unknown.path("non_fatals").toString()).contains("iptables: Permission denied");

    whitelist.firewallIs("GONE");
    var closed = whitelist.data("setup");
    assertThat(closed.path("chain_status").asText()).isEqualTo("ERR_SETUP");
    assertThat(closed.path("non_fatals").toString()).contains("has no entry of a grant");

    whitelist.firewallIs("ABSENT");
    var absent = whitelist.data("setup");
    assertThat(absent.path("chain_status").asText()).isEqualTo("INACTIVE");
    assertThat(absent.path("non_fatals").toString()).contains("has no firewall");
  }

  @Test
  void anOrderThatIsNotAnsweredStands() {
    var whitelist = WhitelistCase.granted(fleet);
    whitelist.cannotBeReached();

    var data = whitelist.data("setup");
    assertThat(data.path("chain_status").asText()).isEqualTo("ERR_SETUP");
    assertThat(data.path("non_fatals").toString())
        .contains("Systems Manager cannot reach", "the order stands and is carried out as soon as");

    whitelist.canBeReached();
    var late = whitelist.support().client().data("ticket_whitelist_setup", "api.wait", "0");
    assertThat(late.path("chain_status").asText()).isEqualTo("ERR_UNKNOWN");
    assertThat(late.path("non_fatals").toString()).contains("has not confirmed yet");
  }
}
