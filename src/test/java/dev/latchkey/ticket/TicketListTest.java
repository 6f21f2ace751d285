package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class TicketListTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void aTicketShowsItsServersAndWhoMayLogIn() {
    var support = fleet.supportCase();
    assertThat(status(support.client())).isEqualTo("NOT_AUTHED");

    support.grant();
    assertThat(status(support.client())).isEqualTo("AUTHED");

    support.revoke();
    assertThat(status(support.client())).isEqualTo("NOT_AUTHED");
  }

  private static String status(WhmClient client) {
    return client.data("ticket_list").at("/auths/0/servers/0/auth_status").asText();
  }

  @Test
  void filtersByTicketServerAndAccount() {
    var support = fleet.supportCase();
    support
        .client()
        .data("ticket_create_stub_ticket", "api.server", support.server().name());
    support.grant();

    assertThat(support.client().data("ticket_list").path("auths")).hasSize(2);
    assertThat(
            support.client().data("ticket_list", "ticket_id", support.ticket()).path("auths"))
        .hasSize(1);
    assertThat(support
            .client()
            .data("ticket_list", "ticket_id", support.ticket(), "ssh_username", "nobody")
            .at("/auths/0/servers"))
        .isEmpty();
  }

  @Test
  void listControlsCutTheTickets() {
    var support = fleet.supportCase();
    support
        .client()
        .data("ticket_create_stub_ticket", "api.server", support.server().name());

    var cut = support
        .client()
        .data(
            "ticket_list", "api.chunk.enable", "1", "api.chunk.start", "1", "api.chunk.size", "1");

    assertThat(cut.path("auths")).hasSize(1);
    assertThat(cut.path("non_fatals")).isEmpty();
  }

  @Test
  void othersTicketsAreNotListed() {
    fleet.supportCase();

    assertThat(WhmClient.of(fleet.owner()).data("ticket_list").path("auths")).isEmpty();
  }
}
