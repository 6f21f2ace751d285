package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TicketCreateStubTicketTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void theOnlyServerIsNumberOne() {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var client = WhmClient.of(owner);

    var made = client.data("ticket_create_stub_ticket");

    assertThat(made.path("ticket_id").asLong()).isBetween(100_000_000L, 999_999_999L);
    assertThat(made.path("secure_id").asText()).matches("[a-z0-9]{10}");
    assertThat(client.data("ticket_list").at("/auths/0/servers/0/server_name").asText())
        .isEqualTo(server.name());
  }

  @Test
  void ofSeveralServersOneMustBeNamed() {
    var owner = fleet.owner();
    fleet.server(owner);
    var second = fleet.server(owner);
    var client = WhmClient.of(owner);

    assertThat(client.failure("ticket_create_stub_ticket")).contains("api.server", "several");
    var answer = client.post("ticket_create_stub_ticket", "api.server", second.name());
    assertThat(answer.at("/metadata/server").asText()).isEqualTo(second.name());
  }

  @Test
  void aServerOfAnotherOwnerIsUnknown() {
    var server = fleet.server(fleet.owner());

    assertThat(WhmClient.of(fleet.owner())
            .failure("ticket_create_stub_ticket", "api.server", server.name()))
        .contains("you have no server named “" + server.name() + "”");
  }

  @Test
  void withoutAnyServerItSaysHowToGetOne() {
    assertThat(WhmClient.of(fleet.owner()).failure("ticket_create_stub_ticket"))
        .contains("fleet_server_add");
  }

  /** Nothing that is asked of AWS has it, neither when it is made nor when it is given. */
  @Test
  @InProcess
  void theSecretIsNeitherStoredNorLogged() {
    SdkProbe.reset();
    try (var log = LogLines.capture()) {
      var support = fleet.supportCase();
      assertThat(support
              .client()
              .failure(
                  "ticket_grant",
                  "ticket_id",
                  support.ticket(),
                  "server_num",
                  "2",
                  "secure_id",
                  support.secureId()))
          .contains("server_num");

      assertThat(SdkProbe.requests()).isNotEmpty();
      assertThat(SdkProbe.sent(support.secureId())).isEmpty();
      assertThat(log.about(support.secureId())).isEmpty();
    }
  }

  @Test
  void theSecretIsInNoAuditEntry() {
    var support = fleet.supportCase();

    assertThat(support.client().data("audit_list").toString())
        .contains("ticket " + support.ticket())
        .doesNotContain(support.secureId());
  }
}
