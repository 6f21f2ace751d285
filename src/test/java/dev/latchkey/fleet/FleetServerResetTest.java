package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.testing.AgentState;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetServerResetTest extends WhmTest {
  @Inject
  Fleet fleet;

  @AfterEach
  void noMoreFaults() {
    LocalSystemsManager.running().faults().clear();
  }

  private JsonNode reset(SupportCase support, String... more) {
    String[] named = {"api.server", support.server().name(), "api.wait", "20"};
    return root()
        .post(
            "fleet_server_reset",
            Stream.concat(Stream.of(named), Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void theWholeWantedStateIsSentInANewEpoch() {
    var support = fleet.supportCase();
    support.grant();

    var answer = reset(support);

    assertThat(answer.at("/metadata/result").asInt()).as(answer.toString()).isEqualTo(1);
    assertThat(answer.at("/metadata/server").asText())
        .isEqualTo(support.server().name());
    assertThat(answer.at("/data/epoch").asInt()).isEqualTo(1);
    assertThat(answer.at("/data/held").asInt()).isZero();
    assertThat(support.letsVendorIn()).isTrue();
    assertThat(support.revoke().at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(support.client().data("audit_list").toString())
        .contains("by root: reset server " + support.server().name() + ": epoch 1");
  }

  @Test
  void afterARestoreItHolds() {
    var support = fleet.supportCase();
    support.grant();

    assertThat(reset(support, "hold", "1").at("/data/held").asInt()).isEqualTo(1);

    assertThat(support.letsVendorIn()).isFalse();
    assertThat(
            support.client().data("ticket_list").at("/auths/0/servers/0/held").asInt())
        .isEqualTo(1);
  }

  /** As long as nothing says that the server has taken it, it is not done. */
  @Test
  void aServerThatDoesNotAnswerIsNotReset() {
    var support = fleet.supportCase();
    support.grant();
    LocalSystemsManager.running()
        .faults()
        .nextTo(support.server().id(), 2, PlannedFault.undeliverable());

    var answer = reset(support);

    assertThat(answer.at("/metadata/result").asInt()).isZero();
    assertThat(answer.at("/metadata/reason").asText())
        .startsWith("resetting: " + support.server().name() + " has not confirmed yet")
        .endsWith("the order of the new epoch stands and is repeated.");
    assertThat(reset(support).at("/data/epoch").asInt()).isEqualTo(2);
  }

  @Test
  void afterTheLastEpochThereIsNone() {
    var support = fleet.supportCase();
    support.grant();
    AgentState.set(support.server(), (1L << 53) - 1, 1);

    assertThat(reset(support).at("/metadata/reason").asText()).contains("state.json");
  }

  @Test
  void theServerMustBeNamed() {
    assertThat(root().failure("fleet_server_reset")).contains("api.server", "is missing");
    assertThat(root().failure("fleet_server_reset", "api.server", "nowhere"))
        .contains("there is no server named");
  }

  @Test
  void anOwnerMayNot() {
    var support = fleet.supportCase();

    assertThat(support
            .client()
            .failure("fleet_server_reset", "api.server", support.server().name()))
        .contains("requires the privilege “all”");
  }
}
