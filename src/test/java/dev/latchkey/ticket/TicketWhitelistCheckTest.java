package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Privilege;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class TicketWhitelistCheckTest extends WhmTest {
  @Inject
  Fleet fleet;

  private static void assertLooksLike(JsonNode data, String status, String problem) {
    assertThat(data.path("chain_status").asText() + " " + data.path("problem").asText())
        .as(data.toString())
        .isEqualTo(status + " " + problem);
  }

  @Test
  void withAGrantTheFirewallIsToBeOpen() {
    var whitelist = WhitelistCase.granted(fleet);

    whitelist.firewallIs("WHOLE");
    var open = whitelist.data("check");
    assertLooksLike(open, "ACTIVE", "NO");
    assertThat(open.has("non_fatals")).as(open.toString()).isFalse();
    assertThat(whitelist.server().lastOrder().path("verb").asText()).isEqualTo("observe");
    assertThat(whitelist.server().lastOrder().at("/action/verb").asText())
        .as("one look answers fleet_server_check too")
        .isEqualTo("list_logins");

    whitelist.firewallIs("GONE");
    assertLooksLike(whitelist.data("check"), "INACTIVE", "NEED_SETUP");

    whitelist.firewallIs("ABSENT");
    assertLooksLike(whitelist.data("check"), "INACTIVE", "NO");

    whitelist.firewallIsPartly("inet fw in drops 203.0.113.7");
    var blocked = whitelist.data("check");
    assertLooksLike(blocked, "INACTIVE", "NEED_SETUP");
    assertThat(blocked.path("non_fatals").toString()).contains("inet fw in drops 203.0.113.7");

    whitelist.firewallIs("WHOLE','notes':['not sure about a limit'],'by':'iptables");
    var notSure = whitelist.data("check");
    assertLooksLike(notSure, "ACTIVE", "NO");
    assertThat(notSure.path("non_fatals").toString()).contains("not sure about a limit");

    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(90_000).getEpochSecond())) {
      whitelist.firewallIs("GONE");
      assertLooksLike(whitelist.data("check"), "INACTIVE", "NO");
      whitelist.firewallIs("WHOLE");
      assertLooksLike(whitelist.data("check"), "ACTIVE", "NEED_UNSETUP");
    }
  }

  @Test
  void withoutAGrantTheFirewallIsToHaveNothingOfOurs() {
    var whitelist = WhitelistCase.of(fleet);

    whitelist.firewallIs("GONE");
    assertLooksLike(whitelist.data("check"), "INACTIVE", "NO");
    whitelist.firewallIs("ABSENT");
    assertLooksLike(whitelist.data("check"), "INACTIVE", "NO");
    whitelist.firewallIs("WHOLE");
    assertLooksLike(whitelist.data("check"), "ACTIVE", "NEED_UNSETUP");
    whitelist.firewallIsPartly("iptables: the chain is still there");
    var left = whitelist.data("check");
    assertLooksLike(left, "ACTIVE", "NEED_UNSETUP");
    assertThat(left.path("non_fatals").toString()).contains("the chain is still there");
  }

  @Test
  void whatIsNotKnownIsNotTakenForWell() {
    var whitelist = WhitelistCase.granted(fleet);

    whitelist.firewallIs("UNKNOWN','problem':'iptables: Permission denied");
    assertThat(whitelist.failure("check"))
        .contains(
            "It is not known whether the firewall of " + whitelist.name() + " is open.",
            "iptables: Permission denied");

    whitelist.server().say("{'top':{'doors':{}}}");
    assertThat(whitelist.failure("check")).contains("It is not known");

    whitelist.firewallIs("WHOLE'},'csf':{'state':'UNKNOWN");
    assertThat(whitelist.failure("check")).contains("It is not known");

    whitelist.cannotBeReached();
    assertThat(whitelist.failure("check"))
        .contains(whitelist.name(), "Systems Manager cannot reach");
  }

  /** Its firewall is whole for what it was ordered before. */
  @Test
  void aServerThatHasNotCarriedOutTheGrantIsNotOpenForIt() {
    var whitelist = WhitelistCase.granted(fleet);

    whitelist.firewallIs("WHOLE", ",'generation':0,'hash':null");
    var behind = whitelist.data("check");

    assertLooksLike(behind, "INACTIVE", "NEED_SETUP");
    assertThat(behind.path("non_fatals").toString())
        .contains(
            "has not carried out its last order", "generation 0 of epoch 0, not 1 of epoch 0");
  }

  @Test
  void csfIsAFirewallToo() {
    var whitelist = WhitelistCase.granted(fleet);

    whitelist.firewallIs("WHOLE'},'csf':{'state':'PARTIAL','problem':'csf: tcp is not entered");
    var data = whitelist.data("check");

    assertLooksLike(data, "INACTIVE", "NEED_SETUP");
    assertThat(data.path("non_fatals").toString()).contains("csf: tcp is not entered");
  }

  @Test
  void aFirewallThatSomebodyClosedIsNamedAsThat() {
    var whitelist = WhitelistCase.granted(fleet);
    whitelist.firewallIs("GONE");
    whitelist.data("unsetup");

    var closed = whitelist.data("check");
    assertLooksLike(closed, "INACTIVE", "NEED_SETUP");
    assertThat(closed.path("non_fatals").toString())
        .contains("ticket_whitelist_unsetup closed the firewall of " + whitelist.name());

    whitelist.firewallIs("WHOLE");
    assertLooksLike(whitelist.data("check"), "ACTIVE", "NEED_UNSETUP");
    whitelist.firewallIsPartly("iptables: the chain is still there");
    assertLooksLike(whitelist.data("check"), "ACTIVE", "NEED_UNSETUP");
  }

  @Test
  void aFolderSaysThatItIsOne() {
    var support = fleet.supportCase();

    var data = support.client().data("ticket_whitelist_check", "api.wait", "20");

    assertLooksLike(data, "INACTIVE", "NO");
    assertThat(data.path("simulated").asInt()).isEqualTo(1);
  }

  @Test
  void itIsForOnesOwnServersAndRequiresSupportAccess() {
    var server = fleet.supportCase().server().name();
    for (var what : new String[] {"check", "setup", "unsetup"}) {
      var function = "ticket_whitelist_" + what;
      assertThat(WhmClient.of(fleet.owner()).failure(function, "api.server", server))
          .contains("you have no server named");
      assertThat(reseller(Privilege.FLEET_READ).failure(function, "api.server", server))
          .contains("Permission denied", "support-access");
    }
  }
}
