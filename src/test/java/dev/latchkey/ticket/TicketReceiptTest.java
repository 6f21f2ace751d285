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
class TicketReceiptTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void withoutAnEndThereIsNone() {
    var support = fleet.supportCase();
    support.grant();

    assertThat(support.receipts()).isEmpty();
  }

  @Test
  void eachGrantHasItsOwn() {
    var support = fleet.supportCase();
    support.grant();
    support.revoke();
    support.grant("ssh_username", "support");
    support.revoke("ssh_username", "support");

    assertThat(support.receipts().findValuesAsText("ssh_username"))
        .containsExactlyInAnyOrder("root", "support");
  }

  @Test
  void anUnknownServerOfTheTicketIsRefused() {
    var support = fleet.supportCase();

    assertThat(support
            .client()
            .failure("ticket_receipt", "ticket_id", support.ticket(), "server_num", "2"))
        .contains("server_num", "has no server 2");
  }
}
