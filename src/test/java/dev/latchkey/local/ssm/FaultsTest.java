package dev.latchkey.local.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.ssm.model.CommandInvocationStatus;
import software.amazon.awssdk.services.ssm.model.InvalidInstanceIdException;
import software.amazon.awssdk.services.ssm.model.InvocationDoesNotExistException;
import software.amazon.awssdk.services.ssm.model.SsmException;

/** Whatever is asked to go wrong looks to the SDK's own client as it would with the service. */
class FaultsTest {
  @TempDir
  Path folder;

  private SsmBench bench;
  private Path runs;

  @BeforeEach
  void start() {
    bench = new SsmBench(folder);
    runs = folder.resolve("runs");
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aLostReplyIsAnErrorAndTheScriptRuns() {
    bench.ssm.faults().next(1, new PlannedFault.ReplyLost());

    assertThatThrownBy(this::send).isInstanceOf(SdkClientException.class);

    SsmBench.await(() -> runs() == 1);
    assertThat(bench.ssm.accepted(SsmBench.SHELL)).hasSize(1);
  }

  /** SendCommand has no client token: what the SDK repeats by itself is a second command. */
  @Test
  void afterALostReplyTheSdksOwnRepetitionIsAnotherCommand() {
    bench.ssm.faults().next(1, new PlannedFault.ReplyLost());

    try (var client = bench.client(
        bench.ssm.accessKey(), DefaultRetryStrategy.standardStrategyBuilder().build())) {
      client
          .sendCommand(
              request -> request.documentName(SsmBench.ECHO).instanceIds(bench.server.id()))
          .join();
    }

    assertThat(bench.ssm.accepted(SsmBench.ECHO)).hasSize(2);
  }

  @Test
  void aReplyThatHangsEndsWithTheClientsPatience() {
    bench.ssm.faults().next(1, new PlannedFault.ReplyHangs());

    assertThatThrownBy(() -> bench.send(request -> request
            .documentName(SsmBench.ECHO)
            .instanceIds(bench.server.id())
            .overrideConfiguration(settings -> settings.apiCallTimeout(Duration.ofSeconds(3)))))
        .isInstanceOf(ApiCallTimeoutException.class);

    SsmBench.await(() -> bench.ssm.accepted(SsmBench.ECHO).size() == 1);
  }

  @Test
  void aLateCommandIsInProgressUntilTheGateOpens() {
    var gate = new CountDownLatch(1);
    bench.ssm.faults().next(1, new PlannedFault.Late(gate));

    var command = send();

    SsmBench.await(() -> bench.look(command).status() == CommandInvocationStatus.IN_PROGRESS);
    assertThat(runs()).isZero();
    gate.countDown();
    assertThat(bench.awaitEnd(command).status()).isEqualTo(CommandInvocationStatus.SUCCESS);
    assertThat(runs()).isEqualTo(1);
  }

  @Test
  void aLateCommandThatIsCancelledNeverRuns() {
    var gate = new CountDownLatch(1);
    bench.ssm.faults().next(1, new PlannedFault.Late(gate));
    var command = send();

    bench.client.cancelCommand(request -> request.commandId(command)).join();
    gate.countDown();

    assertThat(bench.awaitEnd(command).statusDetails()).isEqualTo("Cancelled");
    bench.awaitEnd(bench.send(SsmBench.ECHO, "after"));
    assertThat(runs()).isZero();
  }

  @Test
  void aDeliveryThatTimedOutMayStillRunLate() {
    var gate = new CountDownLatch(1);
    bench.ssm.faults().next(1, PlannedFault.deliveryTimedOut(true), new PlannedFault.Late(gate));

    var command = send();

    assertThat(bench.awaitEnd(command).statusDetails()).isEqualTo("DeliveryTimedOut");
    assertThat(runs()).isZero();
    gate.countDown();
    SsmBench.await(() -> runs() == 1);
    assertThat(bench.look(command).statusDetails()).isEqualTo("DeliveryTimedOut");
  }

  @Test
  void whatIsDeliveredTwiceRunsTwice() {
    bench.ssm.faults().next(1, new PlannedFault.DeliveredTwice());

    assertThat(bench.awaitEnd(send()).status()).isEqualTo(CommandInvocationStatus.SUCCESS);

    assertThat(runs()).isEqualTo(2);
  }

  static Stream<Arguments> ends() {
    return Stream.of(
        Arguments.of(PlannedFault.undeliverable(), "Failed", "Undeliverable", 0),
        Arguments.of(PlannedFault.accessDenied(), "Failed", "AccessDenied", 0),
        Arguments.of(PlannedFault.terminated(), "Cancelled", "Terminated", 0),
        Arguments.of(PlannedFault.cancelled(), "Cancelled", "Cancelled", 0),
        Arguments.of(PlannedFault.deliveryTimedOut(false), "TimedOut", "DeliveryTimedOut", 0),
        Arguments.of(PlannedFault.deliveryTimedOut(true), "TimedOut", "DeliveryTimedOut", 1),
        Arguments.of(PlannedFault.executionTimedOut(false), "TimedOut", "ExecutionTimedOut", 0),
        Arguments.of(PlannedFault.executionTimedOut(true), "TimedOut", "ExecutionTimedOut", 1));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void anEndIsSeenWithoutOutputWhetherTheScriptRanOrNot(
      PlannedFault fault, String status, String details, long ran) {
    bench.ssm.faults().next(1, fault);

    var ended = bench.awaitEnd(send());

    assertThat(ended.statusAsString()).isEqualTo(status);
    assertThat(ended.statusDetails()).isEqualTo(details);
    assertThat(ended.standardOutputContent()).isEmpty();
    assertThat(runs()).isEqualTo(ran);
  }

  @Test
  void aRefusalIsOfTheTypeThatWasAskedFor() {
    bench.ssm.faults().next(1, PlannedFault.invalidInstance());

    assertThatThrownBy(this::send).isInstanceOf(InvalidInstanceIdException.class);

    assertThat(bench.ssm.accepted(SsmBench.SHELL)).isEmpty();
  }

  @Test
  void throttlingIsSeenAsThrottling() {
    bench.ssm.faults().next(2, PlannedFault.throttled());

    assertThatThrownBy(this::send)
        .isInstanceOfSatisfying(
            SsmException.class,
            refusal -> assertThat(refusal.isThrottlingException()).isTrue());
    assertThatThrownBy(this::send).isInstanceOf(SsmException.class);
    assertThat(bench.awaitEnd(send()).status()).isEqualTo(CommandInvocationStatus.SUCCESS);
  }

  @Test
  void aFaultOfTheServiceIsAnHttpError500() {
    bench.ssm.faults().next(1, new PlannedFault.Refused("InternalServerError"));

    assertThatThrownBy(this::send)
        .isInstanceOfSatisfying(
            SsmException.class, failure -> assertThat(failure.statusCode()).isEqualTo(500));
  }

  @Test
  void anInvisibleCommandIsSeenAfterSomeLooks() {
    bench.ssm.faults().next(1, new PlannedFault.Invisible(2));
    var command = send();

    assertThatThrownBy(() -> bench.look(command))
        .isInstanceOf(InvocationDoesNotExistException.class);
    assertThat(bench
            .client
            .listCommandInvocations(request -> request.commandId(command))
            .join()
            .commandInvocations())
        .isEmpty();
    assertThat(bench.awaitEnd(command).status()).isEqualTo(CommandInvocationStatus.SUCCESS);
  }

  @Test
  void looksAreThrottledSoOften() {
    bench.ssm.faults().next(1, new PlannedFault.LooksThrottled(1));
    var command = send();

    assertThatThrownBy(() -> bench.look(command))
        .isInstanceOfSatisfying(
            SsmException.class,
            refusal -> assertThat(refusal.isThrottlingException()).isTrue());
    assertThat(bench.awaitEnd(command).status()).isEqualTo(CommandInvocationStatus.SUCCESS);
  }

  @Test
  void outputIsCutWhereAskedFor() {
    bench.ssm.faults().next(1, new PlannedFault.OutputCut(40));

    var ended = bench.run(SsmBench.ECHO, "a".repeat(41));

    assertThat(ended.status()).isEqualTo(CommandInvocationStatus.SUCCESS);
    assertThat(ended.standardOutputContent()).hasSize(40).endsWith("--output truncated--");
  }

  @Test
  void aFaultOfOneDocumentLeavesTheOthersAlone() {
    bench.ssm.faults().next(SsmBench.SHELL, 1, PlannedFault.undeliverable());

    assertThat(bench.run(SsmBench.ECHO, "hi").statusDetails()).isEqualTo("Success");
    assertThat(bench.awaitEnd(send()).statusDetails()).isEqualTo("Undeliverable");
    assertThat(bench.awaitEnd(send()).statusDetails()).isEqualTo("Success");
  }

  @Test
  void whatIsClearedDoesNotHappen() {
    bench.ssm.faults().next(1, PlannedFault.undeliverable());
    bench.ssm.faults().clear();

    assertThat(bench.awaitEnd(send()).statusDetails()).isEqualTo("Success");
  }

  private String send() {
    return bench.send(SsmBench.SHELL, "echo ran; echo ran >> " + runs);
  }

  private long runs() {
    try {
      return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
