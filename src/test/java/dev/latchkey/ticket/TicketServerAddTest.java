package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TicketServerAddTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void theSecondServerHasTheNumberTwoAndCanBeGranted() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var second = fleet.server(owner);

    var added = support
        .client()
        .data("ticket_server_add", "ticket_id", support.ticket(), "api.server", second.name());

    assertThat(added.path("server_num").asInt()).isEqualTo(2);
    var there = new SupportCase(
        support.client(), second, support.key(), support.ticket(), support.secureId());
    assertThat(there.grant("server_num", "2").at("/data/server_name").asText())
        .isEqualTo(second.name());
    assertThat(there.letsVendorIn()).isTrue();
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void addingItAgainTellsItsNumber() {
    var support = fleet.supportCase();

    var again = support
        .client()
        .data(
            "ticket_server_add",
            "ticket_id",
            support.ticket(),
            "api.server",
            support.server().name());

    assertThat(again.path("server_num").asInt()).isEqualTo(1);
  }

  @Test
  void aClosedTicketTakesNone() {
    var support = fleet.supportCase();
    support.client().data("ticket_close", "ticket_id", support.ticket());

    assertThat(support
            .client()
            .failure(
                "ticket_server_add",
                "ticket_id",
                support.ticket(),
                "api.server",
                support.server().name()))
        .contains("is closed");
  }

  @Test
  void anothersServerIsUnknown() {
    var support = fleet.supportCase();
    var others = fleet.server(fleet.owner());

    assertThat(support
            .client()
            .failure(
                "ticket_server_add", "ticket_id", support.ticket(), "api.server", others.name()))
        .contains("you have no server named");
  }
}
