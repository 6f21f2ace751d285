package dev.latchkey.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

@QuarkusTest
@DrivesAgent
class DispatchFaultsTest extends WhmTest {
  @Inject
  Fleet fleet;

  @AfterEach
  void noMoreFaults() {
    LocalSystemsManager.running().faults().clear();
  }

  private SupportCase withAgent() {
    var support = fleet.supportCase();
    support.client().data("fleet_server_check", "api.wait", "20");
    return support;
  }

  private static void next(PlannedFault... together) {
    LocalSystemsManager.running().faults().next("Latchkey-Order", 1, together);
  }

  private static String status(JsonNode answer) {
    return answer.at("/data/auth_status").asText() + " "
        + answer.at("/data/chain_status").asText();
  }

  @Test
  void anInvocationThatIsNotThereYetIsWaitedFor() {
    var support = withAgent();
    next(new PlannedFault.Invisible(3));

    assertThat(status(support.grant())).isEqualTo("AUTHED INACTIVE");
  }

  @Test
  void throttledLooksAreRepeated() {
    var support = withAgent();
    next(new PlannedFault.LooksThrottled(2));

    assertThat(status(support.grant())).isEqualTo("AUTHED INACTIVE");
  }

  @Test
  void aThrottledSendIsRepeated() {
    var support = withAgent();
    next(PlannedFault.throttled());

    assertThat(status(support.grant())).isEqualTo("AUTHED INACTIVE");
  }

  @Test
  void aSendWhoseReplyIsLostIsSentAgainAndDoneOnce() {
    var support = withAgent();
    next(new PlannedFault.ReplyLost());

    assertThat(status(support.grant())).isEqualTo("AUTHED INACTIVE");
    assertThat(support.authorizedKeys()).containsOnlyOnce(support.key());
  }

  @Test
  void aSendWhoseReplyDoesNotComeIsSentAgainAndDoneOnce() {
    var support = withAgent();
    next(new PlannedFault.ReplyHangs());

    assertThat(status(support.grant())).isEqualTo("AUTHED INACTIVE");
    assertThat(support.authorizedKeys()).containsOnlyOnce(support.key());
  }

  @Test
  void aCancelledCommandIsUnknown() {
    var support = withAgent();
    next(PlannedFault.cancelled());

    assertThat(status(support.grant())).isEqualTo("NOT_AUTHED ERR_UNKNOWN");
  }

  @Test
  void anAgentOfAnotherHashIsReplaced() throws IOException {
    var support = withAgent();
    var agent = support.server().folder().resolve("usr/local/lib/latchkey/latchkey_agent.pyz");
    Files.writeString(agent, "print('impostor')\n");

    assertThat(status(support.grant())).isEqualTo("AUTHED INACTIVE");
    assertThat(Files.readString(agent, StandardCharsets.ISO_8859_1)).doesNotContain("impostor");
  }

  @Test
  void aServerThatCarriesOutAnotherOrderSaysSoAndTheGrantStands() throws Exception {
    var support = withAgent();
    var lock = support.server().folder().resolve("var/lib/latchkey/lock");
    var holder =
        new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo held; read end").start();
    try (var held = holder.inputReader()) {
      assertThat(held.readLine()).isEqualTo("held");

      var answer = support.grant();

      assertThat(status(answer)).isEqualTo("NOT_AUTHED ERR_UNKNOWN");
      assertThat(answer.at("/data/non_fatals/0").asText()).contains("carrying out another order");
    } finally {
      holder.getOutputStream().close();
      holder.waitFor();
    }
    assertThat(status(support.grant())).isEqualTo("AUTHED INACTIVE");
  }

  @Test
  void anAgentThatCannotBeInstalledIsNoFaultOfOurs() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.serverWithoutAgent(owner));
    LocalSystemsManager.running()
        .faults()
        .next("Latchkey-Install", 1, PlannedFault.invalidInstance());

    var answer = support.grant();

    assertThat(status(answer)).isEqualTo("NOT_AUTHED ERR_SETUP");
    assertThat(answer.at("/data/non_fatals/0").asText())
        .contains("cannot reach", "(InvalidInstanceId)");
  }

  @Test
  void anOrderDeliveredTwiceIsCarriedOutOnce() {
    var support = withAgent();
    next(new PlannedFault.DeliveredTwice());

    assertThat(status(support.grant())).isEqualTo("AUTHED INACTIVE");
    assertThat(support.authorizedKeys()).containsOnlyOnce(support.key());
  }

  @Test
  void outputThatIsCutProvesNothing() {
    var support = withAgent();
    next(new PlannedFault.OutputCut(100));

    assertThat(status(support.grant())).isEqualTo("NOT_AUTHED ERR_UNKNOWN");
    assertThat(support.revoke().at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(support.letsVendorIn()).isFalse();
  }

  /** It is whole and says that all is as wanted: it is only not what this server says of this order. */
  @Test
  void whatIsStatedOfAnotherOrderOrAsAnotherNodeProvesNothing() {
    var support = withAgent();
    var retold = RetoldServer.of(support.server());
    for (var lie : new String[] {"'node':'i-0fedcba9876543210'", "'request':'another'"}) {
      retold.say("{'top':{" + lie + "}}");
      assertThat(status(support.grant())).isEqualTo("NOT_AUTHED ERR_UNKNOWN");
      assertThat(support.revoke().at("/metadata/result").asInt()).isZero();
    }
    assertThat(support.receipts()).isEmpty();
    retold.sayTheTruth();
    assertThat(support.revoke().at("/metadata/result").asInt()).isEqualTo(1);
  }

  @Test
  void aDeliveryThatTimedOutMayHaveRun() {
    var support = withAgent();
    next(PlannedFault.deliveryTimedOut(true));

    assertThat(status(support.grant())).isEqualTo("NOT_AUTHED ERR_UNKNOWN");
    assertThat(support
            .client()
            .data("fleet_server_check", "api.wait", "20")
            .at("/grants/0/state")
            .asText())
        .isEqualTo("PRESENT");
  }

  @Test
  void anExecutionThatTimedOutIsUnknown() {
    var support = withAgent();
    next(PlannedFault.executionTimedOut(true));

    assertThat(status(support.grant())).isEqualTo("NOT_AUTHED ERR_UNKNOWN");
  }

  @Test
  void accessDeniedAndTerminatedAreErrorsOfSetup() {
    var support = withAgent();
    next(PlannedFault.accessDenied());
    assertThat(status(support.grant())).isEqualTo("NOT_AUTHED ERR_SETUP");

    next(PlannedFault.terminated());
    var revoke = support.revoke();
    assertThat(revoke.at("/metadata/result").asInt()).isZero();
    assertThat(revoke.at("/data/chain_status").asText()).isEqualTo("ERR_UNSETUP");
  }

  @Test
  void aNodeThatSystemsManagerDoesNotKnowIsAnErrorOfSetup() {
    var support = withAgent();
    next(PlannedFault.invalidInstance());

    assertThat(status(support.grant())).isEqualTo("NOT_AUTHED ERR_SETUP");
  }

  @Test
  void anOlderOrderThatArrivesAfterANewerOneChangesNothing() {
    var support = withAgent();
    var gate = new CountDownLatch(1);
    next(new PlannedFault.Late(gate));
    support.grant("api.wait", "0");
    var revoked = support.revoke();
    assertThat(revoked.at("/metadata/result").asInt()).as(revoked.toString()).isEqualTo(1);

    gate.countDown();
    var again = support.revoke();

    assertThat(again.at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void aKeyVerbWithoutAnAnswerSaysUntilWhenItMayBeDone() {
    var support = withAgent();
    next(PlannedFault.undeliverable());

    assertThat(support.client().failure("listsshkeys", "api.wait", "20"))
        .containsPattern("not known whether \\S+ has done it \\(.*Undeliverable.*\\);"
            + " nothing will be done after \\d\\d:\\d\\d:\\d\\dZ by that server's clock");
  }

  @Test
  @InProcess
  void aKeyVerbWhoseStatementCannotBeRecordedIsNotKnownToBeDone() {
    var support = withAgent();
    var key = Keys.ed25519();
    // The first one on a server counts its keys.
    support
        .client()
        .data("authorizesshkey", "authorize", "1", "text", Keys.ed25519(), "api.wait", "20");
    var transactions = new AtomicInteger();
    SdkProbe.failBefore(request ->
        request instanceof TransactWriteItemsRequest && transactions.incrementAndGet() > 1
            ? Optional.of(new IllegalStateException("no second transaction"))
            : Optional.empty());

    try {
      assertThat(support
              .client()
              .failure("authorizesshkey", "authorize", "1", "text", key, "api.wait", "20"))
          .contains("not known whether", "could not be recorded");
    } finally {
      SdkProbe.reset();
    }
    assertThat(support.authorizedKeys()).contains(key);
  }

  @Test
  @InProcess
  void aKeyVerbThatArrivesTooLateIsNotDone() {
    var support = withAgent();
    var before = support.authorizedKeys();
    try (var clock = TestClock.stoppedAt(Instant.now().minusSeconds(120).getEpochSecond())) {
      assertThat(support
              .client()
              .failure(
                  "authorizesshkey", "authorize", "1", "text", Keys.ed25519(), "api.wait", "20"))
          .contains("too late", "nothing was done");
    }
    assertThat(support.authorizedKeys()).isEqualTo(before);
  }
}
