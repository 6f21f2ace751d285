package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the server finds, the agent's own tests hold against real logins. */
@QuarkusTest
@DrivesAgent
class TicketSshTestTest extends WhmTest {
  @Inject
  Fleet fleet;

  @AfterEach
  void noMoreFaults() {
    LocalSystemsManager.running().faults().clear();
  }

  SupportCase granted() {
    var support = fleet.supportCase();
    support.grant();
    return support;
  }

  static String[] numbered(SupportCase support, String... more) {
    var all = new ArrayList<>(List.of("ticket_id", support.ticket(), "server_num", "1"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  static JsonNode test(SupportCase support) {
    return support.client().data("ticket_ssh_test", numbered(support, "api.wait", "20"));
  }

  static String because(JsonNode data) {
    return data.path("non_fatals").toString();
  }

  static void next(PlannedFault... together) {
    LocalSystemsManager.running().faults().next("Latchkey-Order", 1, together);
  }

  static void configure(SupportCase support, String settings) throws IOException {
    Files.writeString(support.server().folder().resolve("etc/ssh/sshd_config"), settings);
  }

  @Test
  void aVendorWhoWouldGetInIsASuccess() {
    var support = granted();

    var data = test(support);

    assertThat(data.path("result").asText()).isEqualTo("SUCCESS");
    assertThat(data.path("non_fatals")).isEmpty();
    assertThat(data.path("simulated").asInt()).isEqualTo(1);
    assertThat(data.at("/accounts/0/ssh_username").asText()).isEqualTo("root");
    assertThat(data.path("tested_at").asLong()).isPositive();
  }

  @Test
  void ofSeveralAccountsTheWorstResultCountsAndTheCauseIsNamed() throws IOException {
    var support = granted();
    support.grant("ssh_username", "support");
    configure(support, "DenyUsers root\n");

    var data = test(support);

    assertThat(data.path("result").asText()).isEqualTo("AUTH");
    assertThat(because(data))
        .contains("root: DenyUsers (/etc/ssh/sshd_config line 1) has root; take it out")
        .doesNotContain("support");
    assertThat(data.path("accounts").findValuesAsText("result"))
        .containsExactlyInAnyOrder("AUTH", "SUCCESS");
  }

  @Test
  void aTicketWithoutAGrantCannotAuthenticate() {
    var support = fleet.supportCase();

    var data = test(support);

    assertThat(data.path("result").asText()).isEqualTo("AUTH");
    assertThat(because(data)).contains("has no access on", "ticket_grant gives it");
    assertThat(support.client().failure("ticket_ssh_test_start", numbered(support)))
        .contains("has no access on");
  }

  @Test
  void anAccessThatIsNotProvenGoneIsNotTold() {
    var support = granted();
    next(PlannedFault.undeliverable());
    support.revoke();

    var data = test(support);

    assertThat(data.path("result").asText()).isEqualTo("UNKNOWN");
    assertThat(because(data)).contains("is being taken away, and is not proven gone");
  }

  @Test
  void aTestThatRunsIsPendingAndIsWaitedForByTheNextCall() {
    var support = granted();
    var gate = new CountDownLatch(1);
    next(new PlannedFault.Late(gate));

    var first = support.client().data("ticket_ssh_test", numbered(support, "api.wait", "0"));
    assertThat(first.path("result").asText()).isEqualTo("PENDING");
    assertThat(because(first)).contains("call ticket_ssh_test again");
    gate.countDown();

    assertThat(test(support).path("result").asText()).isEqualTo("SUCCESS");
  }

  @Test
  void aServerThatDoesNotAnswerTimesOutAndOneThatCannotBeAskedIsUnknown() {
    var support = granted();

    next(PlannedFault.deliveryTimedOut(false));
    assertThat(test(support).path("result").asText()).isEqualTo("TIMEOUT");
    next(PlannedFault.invalidInstance());
    var data = test(support);
    assertThat(data.path("result").asText()).isEqualTo("UNKNOWN");
    assertThat(because(data)).contains("Systems Manager cannot reach");
    next(PlannedFault.invalidInstance());
    assertThat(support.client().failure("ticket_ssh_test_start", numbered(support)))
        .contains("Systems Manager cannot reach");
  }

  @Test
  void aServerWithoutTheAgentGetsItFirst() throws IOException {
    var support = granted();
    Files.writeString(
        support.server().folder().resolve("usr/local/lib/latchkey/latchkey_agent.pyz"), "");

    assertThat(test(support).path("result").asText()).isEqualTo("SUCCESS");
  }

  @Test
  void aWordThatNoAgentSaysIsUnknown() {
    var support = granted();
    RetoldServer.of(support.server())
        .say(
            "{'top':{'action':{'verb':'test_ssh','done':true,'tests':[{'user':'root','result':'GREAT'}]}}}");

    var data = test(support);

    assertThat(data.path("result").asText()).isEqualTo("UNKNOWN");
    assertThat(because(data)).contains("it does not say why");
  }

  @Test
  void aServerThatWasNotToldOfTheGrantYetLetsNobodyIn() {
    var support = granted();
    next(PlannedFault.undeliverable());
    support.grant("ssh_username", "support");

    var data = test(support);

    assertThat(because(data)).contains("was not told of the grant yet");
    assertThat(data.path("accounts").findValuesAsText("told")).containsExactly("0");
    assertThat(data.path("accounts").findValuesAsText("result"))
        .containsExactlyInAnyOrder("SUCCESS", "AUTH");
  }

  @Test
  void aFormerKeyOfTheSameAccountIsNotTheGrant() {
    var support = granted();
    support.client().data("ticket_key_set", "ticket_id", support.ticket(), "key", Keys.ed25519());
    next(PlannedFault.undeliverable());
    support.grant();

    var data = test(support);

    assertThat(data.path("result").asText()).isEqualTo("AUTH");
    assertThat(because(data)).contains("was not told of the grant yet");
  }
}
