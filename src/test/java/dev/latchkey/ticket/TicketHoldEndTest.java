package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class TicketHoldEndTest extends WhmTest {
  @Inject
  Fleet fleet;

  private SupportCase held() {
    var support = fleet.supportCase();
    support.grant("api.ttl", "3600");
    root()
        .data(
            "fleet_server_reset",
            "api.server",
            support.server().name(),
            "hold",
            "1",
            "api.wait",
            "20");
    assertThat(support.letsVendorIn()).isFalse();
    return support;
  }

  private static String[] arguments(SupportCase support, String let) {
    return new String[] {
      "ticket_id",
      support.ticket(),
      "server_num",
      "1",
      "ssh_username",
      "root",
      "let",
      let,
      "api.wait",
      "20"
    };
  }

  private static JsonNode end(SupportCase support, String let) {
    return support.client().post("ticket_hold_end", arguments(support, let));
  }

  private static String refusal(SupportCase support, String let) {
    return support.client().failure("ticket_hold_end", arguments(support, let));
  }

  private static JsonNode listed(SupportCase support) {
    return support.client().data("ticket_list").at("/auths/0/servers/0");
  }

  /** The account is misspelt, and what is held may be let at any time. */
  @Test
  void aRevokeForAnotherAccountNamesWhatIsHeld() {
    var support = held();

    assertThat(support.revoke("ssh_username", "rooot").at("/data/non_fatals/0").asText())
        .isEqualTo("the grant of ticket " + support.ticket() + " for root on "
            + support.server().name() + " is held; ticket_hold_end lets or ends it");
  }

  @Test
  void aGrantThatIsLetStandsAgainUntilItsTimeIsOver() {
    var support = held();
    var end = listed(support).path("expires_at").asLong();

    var answer = end(support, "1");

    assertThat(answer.at("/data/auth_status").asText()).as(answer.toString()).isEqualTo("AUTHED");
    assertThat(answer.at("/data/expires_at").asLong()).isEqualTo(end);
    assertThat(support.letsVendorIn()).isTrue();
    assertThat(listed(support).path("auth_status").asText()).isEqualTo("AUTHED");
    assertThat(listed(support).has("held")).isFalse();
    assertThat(support.client().data("audit_list").toString())
        .contains("let ticket " + support.ticket() + " on " + support.server().name());
    assertThat(refusal(support, "1")).contains("as root is not held");
  }

  @Test
  void aGrantThatIsEndedIsProvenGone() {
    var support = held();

    var answer = end(support, "0");

    assertThat(answer.at("/metadata/result").asInt()).as(answer.toString()).isEqualTo(1);
    assertThat(answer.at("/data/revoked_keys").asInt()).isEqualTo(1);
    assertThat(support.receipts().at("/0/reason").asText()).isEqualTo("REVOKED");
    assertThat(refusal(support, "0")).contains("has no grant");
  }

  @Test
  void aRevokeEndsAHeldGrantToo() {
    var support = held();

    assertThat(support.revoke().at("/data/revoked_keys").asInt()).isEqualTo(1);
  }

  @Test
  void askedForAnewItIsNotHeldAnyMore() {
    var support = held();

    assertThat(support.grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");
    assertThat(listed(support).has("held")).isFalse();
  }

  @Test
  void aGrantThatIsNotHeldIsNotRevokedByMistake() {
    var support = fleet.supportCase();
    support.grant();

    assertThat(refusal(support, "0")).contains("is not held; ticket_revoke ends it");
    assertThat(support.letsVendorIn()).isTrue();
  }

  @Test
  void whatIsOverOrClosedIsNotLet() {
    var support = held();
    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(3601).getEpochSecond())) {
      assertThat(refusal(support, "1")).contains("is over by its time");
    }
    support.client().data("ticket_close", "ticket_id", support.ticket(), "api.wait", "20");
    assertThat(refusal(support, "1")).contains("has no grant");
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void anothersTicketIsUnknown() {
    var support = held();

    assertThat(WhmClient.of(fleet.owner()).failure("ticket_hold_end", arguments(support, "1")))
        .contains("you have no ticket");
  }
}
