package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.StoreGate;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

@QuarkusTest
@InProcess
@DrivesAgent
class GrantConcurrencyTest extends WhmTest {
  @Inject
  Fleet fleet;

  private static String[] arguments(SupportCase support, String... own) {
    var all =
        new ArrayList<>(List.of("ticket_id", support.ticket(), "server_num", "1", "api.wait", "0"));
    all.addAll(List.of(own));
    return all.toArray(String[]::new);
  }

  /** Both read the server before either wrote it: what both wish must be in the last generation. */
  @Test
  @DisabledIfSystemProperty(
      named = "lambda",
      matches = ".*",
      disabledReason = "an environment of Lambda answers one call at a time")
  void ofTwoGrantsAtTheSameTimeNeitherIsLost() {
    var support = fleet.supportCase();
    var client = support.client();

    StoreGate.between(
        () -> client.post(
            "ticket_grant",
            arguments(support, "secure_id", support.secureId(), "ssh_username", "support")),
        () -> client.post("ticket_grant", arguments(support, "secure_id", support.secureId())));

    var check = client.data("fleet_server_check", "api.wait", "20");
    assertThat(check.path("generation").asInt()).isEqualTo(2);
    assertThat(check.path("grants").findValuesAsText("ssh_username"))
        .containsExactlyInAnyOrder("root", "support");
  }

  @Test
  @DisabledIfSystemProperty(
      named = "lambda",
      matches = ".*",
      disabledReason = "an environment of Lambda answers one call at a time")
  void aTicketThatIsClosedMeanwhileIsNotGranted() {
    var support = fleet.supportCase();
    var client = support.client();

    var answer = StoreGate.between(
        () -> client.data("ticket_close", "ticket_id", support.ticket()),
        () -> client.post("ticket_grant", arguments(support, "secure_id", support.secureId())));

    assertThat(answer.at("/metadata/reason").asText()).contains("is closed");
  }

  /** It was granted there before, so that the ticket itself does not change by the grant. */
  @Test
  @DisabledIfSystemProperty(
      named = "lambda",
      matches = ".*",
      disabledReason = "an environment of Lambda answers one call at a time")
  void aTicketThatIsGrantedAgainWhileItIsClosedLosesThatAccess() {
    var support = fleet.supportCase();
    var client = support.client();
    support.grant();
    support.revoke();

    StoreGate.between(
        support::grant,
        () -> client.data("ticket_close", "ticket_id", support.ticket(), "api.wait", "20"));

    assertThat(support.letsVendorIn()).isFalse();
    assertThat(client.data("ticket_list").path("auths")).isEmpty();
  }

  @Test
  void ofManyGrantsAndRevokesAtOnceTheTableAndTheServerAgree() {
    var support = fleet.supportCase();
    var client = support.client();
    client.data("fleet_server_check", "api.wait", "20");

    Together.run(
        8, i -> i % 2 == 0 ? support.grant("api.wait", "20") : support.revoke("api.wait", "20"));
    revokeUntilItIsProven(support);

    assertThat(support.letsVendorIn()).isFalse();
    assertThat(client
            .data("fleet_server_check", "api.wait", "20")
            .path("confirmed")
            .asInt())
        .isEqualTo(1);
  }

  /** Orders that nobody waits for any more may still keep the server busy. */
  private static void revokeUntilItIsProven(SupportCase support) {
    var end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    var answer = support.revoke();
    while (answer.at("/metadata/result").asInt() == 0) {
      assertThat(System.nanoTime()).as(answer.toString()).isLessThan(end);
      answer = support.revoke();
    }
  }
}
