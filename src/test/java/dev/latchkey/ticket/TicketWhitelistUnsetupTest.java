package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.reconcile.Reconciler;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.StoreGate;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

@QuarkusTest
@InProcess
@DrivesAgent
class TicketWhitelistUnsetupTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Reconciler reconciler;

  private WhitelistCase closed() {
    var whitelist = WhitelistCase.granted(fleet);
    whitelist.firewallIs("GONE");
    whitelist.data("unsetup");
    return whitelist;
  }

  private static void assertNotClosed(JsonNode answer, String status, String why) {
    assertThat(answer.at("/metadata/result").asInt()).as(answer.toString()).isZero();
    assertThat(answer.at("/metadata/reason").asText())
        .startsWith("closing: ")
        .contains(why)
        .endsWith("; the order stands and is repeated.");
    assertThat(answer.at("/data/chain_status").asText()).isEqualTo(status);
  }

  @Test
  void theFirewallIsClosedAndTheGrantsStand() {
    var whitelist = WhitelistCase.granted(fleet);
    var generation = whitelist.server().lastOrder().path("generation").asLong();
    whitelist.firewallIs("GONE");

    var data = whitelist.data("unsetup");

    assertThat(data.path("chain_status").asText()).isEqualTo("INACTIVE");
    assertThat(data.path("non_fatals").toString())
        .contains(
            "1 grant stands on " + whitelist.name(),
            "keys still log in where the firewall lets them in anyway",
            "live connections go on",
            "ticket_grant or ticket_whitelist_setup opens the firewall again");
    var order = whitelist.server().lastOrder();
    assertThat(order.path("firewall").asText()).isEqualTo("closed");
    assertThat(order.path("generation").asLong()).isEqualTo(generation + 1);
    assertThat(order.path("grants")).hasSize(1);
    assertThat(whitelist.support().letsVendorIn()).isTrue();
    assertThat(whitelist.audit())
        .contains("closed the firewall of " + whitelist.name() + ", where 1 grant stands");

    whitelist.data("unsetup");
    assertThat(whitelist.server().lastOrder().path("generation").asLong())
        .isEqualTo(generation + 1);
  }

  @Test
  void itIsSeenWhereServersAreLookedAtAndATicketGrantOpensIt() {
    var whitelist = closed();

    var looked = whitelist.looked();
    assertThat(looked.path("firewall").asText()).isEqualTo("closed");
    assertThat(looked.path("problem").asText())
        .contains("ticket_whitelist_unsetup closed the firewall of " + whitelist.name());
    var client = whitelist.support().client();
    assertThat(client.data("fleet_server_list").at("/servers/0/firewall").asText())
        .isEqualTo("closed");

    whitelist.support().grant();
    assertThat(whitelist.server().lastOrder().has("firewall")).isFalse();
    assertThat(client.data("fleet_server_list").at("/servers/0").has("firewall"))
        .isFalse();
    assertThat(whitelist.looked().path("problem").isNull()).isTrue();
  }

  @Test
  void itIsKeptByAnotherEpochAndEndsWithAGrantThatIsLet() {
    var whitelist = closed();
    var name = whitelist.name();
    whitelist.firewallIs("GONE");

    root().data("fleet_server_reset", "api.server", name, "hold", "1", "api.wait", "20");
    assertThat(whitelist.server().lastOrder().path("firewall").asText()).isEqualTo("closed");
    assertThat(whitelist.looked().path("problem").isNull()).isTrue();

    whitelist
        .support()
        .client()
        .data(
            "ticket_hold_end",
            "ticket_id",
            whitelist.support().ticket(),
            "server_num",
            "1",
            "ssh_username",
            "root",
            "let",
            "1",
            "api.wait",
            "20");
    assertThat(whitelist.server().lastOrder().has("firewall")).isFalse();
  }

  @Test
  void whatTheServerDoesNotStateIsNotDone() {
    var whitelist = WhitelistCase.granted(fleet);

    whitelist.firewallIsPartly("iptables: the chain is still there");
    assertNotClosed(whitelist.call("unsetup"), "ERR_UNSETUP", "iptables: the chain is still there");
    whitelist.firewallIs("WHOLE");
    assertNotClosed(whitelist.call("unsetup"), "ERR_UNSETUP", whitelist.name());
    whitelist.firewallIs("UNKNOWN','problem':'iptables: Permission denied");
    assertNotClosed(whitelist.call("unsetup"), "ERR_UNKNOWN", "iptables: Permission denied");
    whitelist.firewallIs("GONE'},'csf':{'state':'PARTIAL','problem':'csf: it is still entered");
    assertNotClosed(whitelist.call("unsetup"), "ERR_UNSETUP", "csf: it is still entered");
    assertNotClosed(
        whitelist.support().client().post("ticket_whitelist_unsetup", "api.wait", "0"),
        "ERR_UNKNOWN",
        "has not confirmed yet");
  }

  @Test
  void whatCannotBeReachedIsClosedAsSoonAsItCan() {
    var whitelist = WhitelistCase.granted(fleet);
    whitelist.cannotBeReached();

    var answer = whitelist.call("unsetup");
    assertNotClosed(answer, "ERR_UNSETUP", "Systems Manager cannot reach " + whitelist.name());
    assertThat(answer.at("/data/non_fatals").toString()).contains("1 grant stands");

    whitelist.canBeReached();
    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(120).getEpochSecond())) {
      reconciler.run().await().atMost(Duration.ofMinutes(1));
    }
    assertThat(whitelist.server().lastOrder().path("firewall").asText()).isEqualTo("closed");
    assertThat(whitelist.looked().path("confirmed").asInt()).isEqualTo(1);
  }

  @Test
  void withoutAGrantWhatIsLeftIsClosedAndNothingIsMarked() {
    var whitelist = WhitelistCase.of(fleet);
    whitelist.firewallIs("GONE");

    assertThat(whitelist.data("unsetup").toString()).isEqualTo("{\"chain_status\":\"INACTIVE\"}");
    var order = whitelist.server().lastOrder();
    assertThat(order.path("verb").asText()).isEqualTo("converge");
    assertThat(order.path("grants")).isEmpty();
    assertThat(order.has("firewall")).isFalse();

    whitelist.data("unsetup");
    assertThat(whitelist.server().lastOrder().path("generation").asLong())
        .isEqualTo(order.path("generation").asLong());
  }

  @Test
  void aServerWithoutAFirewallSaysThatThereIsNothingToClose() {
    var whitelist = WhitelistCase.granted(fleet);
    whitelist.firewallIs("ABSENT");

    var data = whitelist.data("unsetup");

    assertThat(data.path("chain_status").asText()).isEqualTo("INACTIVE");
    assertThat(data.path("non_fatals").toString())
        .contains("has no firewall that could have been closed");
  }

  /** The grant came between the read and the write: the mark is set on what there is by then. */
  @Test
  @DisabledIfSystemProperty(
      named = "lambda",
      matches = ".*",
      disabledReason = "an environment of Lambda answers one call at a time")
  void aGrantThatCameMeanwhileIsNotLost() {
    var whitelist = WhitelistCase.granted(fleet);
    whitelist.firewallIs("GONE");

    var answer = StoreGate.between(
        () -> whitelist.support().grant("ssh_username", "support", "api.wait", "0"),
        () -> whitelist.call("unsetup"));

    assertThat(answer.at("/data/non_fatals").toString()).contains("2 grants stand");
    var order = whitelist.server().heldOrder();
    assertThat(order.path("firewall").asText()).isEqualTo("closed");
    assertThat(order.path("grants")).hasSize(2);
  }

  /** It came between what the server stated and its record. */
  @Test
  @DisabledIfSystemProperty(
      named = "lambda",
      matches = ".*",
      disabledReason = "an environment of Lambda answers one call at a time")
  void whatAnotherCallOpenedMeanwhileStands() {
    var whitelist = closed();
    whitelist.firewallIs("WHOLE");

    var answer = StoreGate.between(() -> whitelist.call("setup"), () -> whitelist.call("unsetup"));

    assertThat(answer.at("/metadata/result").asInt()).as(answer.toString()).isZero();
    assertThat(answer.at("/metadata/reason").asText())
        .isEqualTo("another call opened the firewall of " + whitelist.name()
            + " meanwhile, which stands.");
  }
}
