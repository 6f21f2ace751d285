package dev.latchkey.ticket;

import static dev.latchkey.ticket.TicketSshTestTest.because;
import static dev.latchkey.ticket.TicketSshTestTest.configure;
import static dev.latchkey.ticket.TicketSshTestTest.next;
import static dev.latchkey.ticket.TicketSshTestTest.numbered;
import static dev.latchkey.ticket.TicketSshTestTest.test;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class TicketSshTestStartTest extends WhmTest {
  @Inject
  Fleet fleet;

  @AfterEach
  void noMoreFaults() {
    LocalSystemsManager.running().faults().clear();
  }

  private SupportCase granted() {
    var support = fleet.supportCase();
    support.grant();
    return support;
  }

  private static void begin(SupportCase support) {
    support.client().data("ticket_ssh_test_start", numbered(support));
  }

  @Test
  void itAnswersNoData() {
    var answer = granted();

    assertThat(answer.client().post("ticket_ssh_test_start", numbered(answer)).path("data"))
        .isEmpty();
  }

  @Test
  void aTestThatWasBegunIsToldOnceAndTheNextOneLooksAgain() throws IOException {
    var support = granted();
    var orders = RetoldServer.of(support.server());
    begin(support);
    assertThat(test(support).path("result").asText()).isEqualTo("SUCCESS");
    var begun = orders.lastOrder().path("request").asText();

    configure(support, "PermitRootLogin no\n");

    assertThat(test(support).path("result").asText()).isEqualTo("AUTH");
    assertThat(orders.lastOrder().path("request").asText()).isNotEqualTo(begun);
    assertThat(orders.lastOrder().at("/action/verb").asText()).isEqualTo("test_ssh");
  }

  @Test
  void whatWasFoundAMinuteAgoIsNotTold() throws IOException {
    var support = granted();
    begin(support);
    assertThat(support.client().data("fleet_server_check", "api.wait", "20")).isNotNull();
    configure(support, "PermitRootLogin no\n");

    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(61).getEpochSecond())) {
      assertThat(clock).isNotNull();
      assertThat(test(support).path("result").asText()).isEqualTo("AUTH");
    }
  }

  @Test
  void aTestThatRunsForAMinuteTimesOut() {
    var support = granted();
    var gate = new CountDownLatch(1);
    next(new PlannedFault.Late(gate));
    begin(support);

    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(61).getEpochSecond())) {
      assertThat(clock).isNotNull();
      var data = test(support);
      assertThat(data.path("result").asText()).isEqualTo("TIMEOUT");
      assertThat(because(data)).contains("it has not ended for 60 seconds");
    } finally {
      gate.countDown();
    }
  }
}
