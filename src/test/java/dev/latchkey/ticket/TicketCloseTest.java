package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class TicketCloseTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void everyAccessOfTheTicketEndsAndIsProven() {
    var support = fleet.supportCase();
    support.grant();
    support.grant("ssh_username", "support");

    var closed =
        support.client().data("ticket_close", "ticket_id", support.ticket(), "api.wait", "20");

    assertThat(closed.path("ticket_status").asText()).isEqualTo("CLOSED");
    assertThat(closed.path("revoked_keys").asInt()).isEqualTo(2);
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(support.receipts())
        .hasSize(2)
        .allSatisfy(receipt -> assertThat(receipt.path("reason").asText()).isEqualTo("CLOSED"));
    assertThat(support.client().data("ticket_list").path("auths")).isEmpty();
  }

  @Test
  void closingAgainIsHarmless() {
    var support = fleet.supportCase();
    support.client().data("ticket_close", "ticket_id", support.ticket());

    var again = support.client().data("ticket_close", "ticket_id", support.ticket());

    assertThat(again.path("revoked_keys").asInt()).isZero();
  }

  @Test
  void otherTicketsKeepTheirAccess() {
    var support = fleet.supportCase();
    support.grant();
    var other = support
        .client()
        .data("ticket_create_stub_ticket", "api.server", support.server().name());

    support.client().data("ticket_close", "ticket_id", other.path("ticket_id").asText());

    assertThat(support.letsVendorIn()).isTrue();
  }
}
