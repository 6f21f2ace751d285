package dev.latchkey.local.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ssm.model.CommandInvocationStatus;
import software.amazon.awssdk.services.ssm.model.InvalidCommandIdException;
import software.amazon.awssdk.services.ssm.model.InvocationDoesNotExistException;

/** What the SDK's own client sees of commands that nothing goes wrong with. */
class LocalSsmTest {
  @TempDir
  Path folder;

  private SsmBench bench;

  @BeforeEach
  void start() {
    bench = new SsmBench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aCommandIsAcceptedAndRuns() {
    var command = bench
        .client
        .sendCommand(request -> request
            .documentName(SsmBench.ECHO)
            .documentVersion("1")
            .instanceIds(bench.server.id())
            .comment("for the test")
            .timeoutSeconds(30)
            .parameters(Map.of("value", List.of("hi"))))
        .join()
        .command();

    assertThat(command.commandId()).matches("[0-9a-f-]{36}");
    assertThat(command.statusAsString()).isEqualTo("Pending");
    assertThat(command.instanceIds()).containsExactly(bench.server.id());
    assertThat(command.timeoutSeconds()).isEqualTo(30);
    var ended = bench.awaitEnd(command.commandId());
    assertThat(ended.status()).isEqualTo(CommandInvocationStatus.SUCCESS);
    assertThat(ended.statusDetails()).isEqualTo("Success");
    assertThat(ended.responseCode()).isZero();
    assertThat(ended.standardOutputContent()).isEqualTo("hi");
    assertThat(ended.documentVersion()).isEqualTo("1");
    assertThat(ended.executionStartDateTime()).startsWith("20").endsWith("Z");
    assertThat(ended.executionElapsedTime()).startsWith("PT");
  }

  @Test
  void aParameterIsTextAndNeverScript() {
    var message = "hi \"; $(id); `id` 'x\n$HOME {{ value }}";

    assertThat(bench.run(SsmBench.ECHO, message).standardOutputContent()).isEqualTo(message);
  }

  @Test
  void anOldAgentPutsItIntoTheScript() {
    bench.ssm.deregister(bench.server.id());
    bench.register(new OldNode(bench.server));

    var script = bench.run(SsmBench.ECHO, "x\nprintf injected");

    assertThat(script.standardOutputContent()).isEqualTo("injected");
    assertThat(script.standardErrorContent()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, Success",
    "1, Failed",
    "168, Success",
    "169, Failed",
    "194, Success",
    "137, Failed"
  })
  void anExitCodeMeansWhatItMeansThere(int exitCode, String status) {
    var ended = bench.run(SsmBench.SHELL, "echo out; echo err >&2; exit " + exitCode);

    assertThat(ended.statusAsString()).isEqualTo(status);
    assertThat(ended.statusDetails()).isEqualTo(status);
    assertThat(ended.responseCode()).isEqualTo(exitCode);
    assertThat(ended.standardOutputContent()).isEqualTo("out\n");
    assertThat(ended.standardErrorContent()).isEqualTo("err\n");
  }

  @Test
  void aScriptFindsWhatSystemsManagerSets() {
    var command = bench.send(SsmBench.SHELL, "env; pwd; cat; echo \"$0\"; stat -c %a \"$0\" .");

    assertThat(bench.awaitEnd(command).standardOutputContent().lines())
        .contains(
            "SSM_COMMAND_ID=" + command,
            "AWS_SSM_INSTANCE_ID=" + bench.server.id(),
            "AWS_SSM_REGION_NAME=us-east-1",
            "LATCHKEY_ROOT=" + bench.server.folder())
        .noneMatch(line -> line.startsWith("HOME=") || line.startsWith("USER="))
        .anyMatch(line -> line.endsWith("/_script.sh"))
        .endsWith("700", "700");
  }

  @Test
  void whenAScriptEndedNothingOfItIsLeft() {
    bench.run(SsmBench.SHELL, "mkdir -p a/b; touch a/b/c");

    assertThat(bench.work).isEmptyDirectory();
  }

  @Test
  void longOutputIsCutAndSaysSo() {
    var ended = bench.run(
        SsmBench.SHELL,
        "head -c 30000 /dev/zero | tr '\\0' a; head -c 30000 /dev/zero | tr '\\0' b >&2");

    assertThat(ended.standardOutputContent())
        .hasSize(24_000)
        .startsWith("aaa")
        .endsWith("--output truncated--");
    assertThat(ended.standardErrorContent())
        .hasSize(8_000)
        .startsWith("bbb")
        .endsWith("--output truncated--");
  }

  @Test
  void whatTakesTooLongIsKilledWithAllThatItStarted() throws IOException {
    var pid = folder.resolve("pid");

    var ended = bench.run(
        SsmBench.BRIEF,
        "echo begun; (sleep 600 & echo $! > " + pid + "; wait); echo never; sleep 600");

    assertThat(ended.status()).isEqualTo(CommandInvocationStatus.TIMED_OUT);
    assertThat(ended.statusDetails()).isEqualTo("ExecutionTimedOut");
    assertThat(ended.responseCode()).isEqualTo(137);
    assertThat(ended.standardOutputContent()).isEqualTo("begun\n");
    awaitDeath(pid);
  }

  @Test
  void aRunningCommandIsInProgressUntilItIsCancelled() throws IOException {
    var pid = folder.resolve("pid");
    var command = bench.send(SsmBench.SHELL, "sleep 600 & echo $! > " + pid + "; wait");
    SsmBench.await(() -> written(pid));
    assertThat(bench.look(command).status()).isEqualTo(CommandInvocationStatus.IN_PROGRESS);
    assertThat(bench.look(command).responseCode()).isEqualTo(-1);
    assertThat(bench.look(command).executionEndDateTime()).isEmpty();

    bench.client.cancelCommand(request -> request.commandId(command)).join();

    var ended = bench.awaitEnd(command);
    assertThat(ended.status()).isEqualTo(CommandInvocationStatus.CANCELLED);
    assertThat(ended.statusDetails()).isEqualTo("Cancelled");
    awaitDeath(pid);
  }

  @Test
  void whatEndedCannotBeCancelled() {
    var command = bench.send(SsmBench.ECHO, "hi");
    bench.awaitEnd(command);

    bench.client.cancelCommand(request -> request.commandId(command)).join();

    assertThat(bench.look(command).status()).isEqualTo(CommandInvocationStatus.SUCCESS);
  }

  @Test
  void fiveRunAtOnceAndTheSixthWaits() {
    var gate = folder.resolve("gate");
    var running = IntStream.range(0, 5)
        .mapToObj(i -> bench.send(SsmBench.SHELL, "until [ -e " + gate + " ]; do sleep 0.01; done"))
        .toList();
    SsmBench.await(() -> running.stream()
        .allMatch(one -> bench.look(one).status() == CommandInvocationStatus.IN_PROGRESS));

    var sixth = bench.send(SsmBench.SHELL, "touch " + gate);

    assertThat(bench.look(sixth).status()).isEqualTo(CommandInvocationStatus.PENDING);
    bench.client.cancelCommand(request -> request.commandId(running.get(0))).join();
    assertThat(bench.awaitEnd(sixth).status()).isEqualTo(CommandInvocationStatus.SUCCESS);
    assertThat(bench.awaitEnd(running.get(4)).status()).isEqualTo(CommandInvocationStatus.SUCCESS);
  }

  @Test
  void invocationsAreListedTheNewestFirstAndInPages() {
    var first = bench.send(SsmBench.SHELL, "echo one; echo two >&2");
    bench.awaitEnd(first);
    var second = bench.send(SsmBench.ECHO, "hi");
    bench.awaitEnd(second);

    var page = bench
        .client
        .listCommandInvocations(request -> request.instanceId(bench.server.id()).maxResults(1))
        .join();
    var rest = bench
        .client
        .listCommandInvocations(request ->
            request.instanceId(bench.server.id()).nextToken(page.nextToken()).details(true))
        .join();

    assertThat(page.commandInvocations())
        .singleElement()
        .satisfies(one -> assertThat(one.commandId()).isEqualTo(second))
        .satisfies(one -> assertThat(one.commandPlugins()).isEmpty());
    assertThat(rest.nextToken()).isNull();
    assertThat(rest.commandInvocations())
        .singleElement()
        .satisfies(one -> assertThat(one.commandId()).isEqualTo(first))
        .satisfies(one -> assertThat(one.commandPlugins().get(0).output())
            .isEqualTo("one\n\n----------ERROR-------\ntwo\n"))
        .satisfies(one ->
            assertThat(one.commandPlugins().get(0).responseFinishDateTime()).isNotNull());
  }

  @Test
  void ofWhatWasNeverSentNothingIsKnown() {
    var unknown = "00000000-0000-4000-8000-000000000000";

    assertThatThrownBy(() -> bench.look(unknown))
        .isInstanceOf(InvocationDoesNotExistException.class);
    assertThatThrownBy(() -> SsmBench.unwrap(() ->
            bench.client.cancelCommand(request -> request.commandId(unknown)).join()))
        .isInstanceOf(InvalidCommandIdException.class);
    assertThat(bench
            .client
            .listCommandInvocations(request -> request.commandId(unknown))
            .join()
            .commandInvocations())
        .isEmpty();
  }

  @Test
  void whatRunsEndsWhenItIsClosed() throws IOException {
    var pid = folder.resolve("pid");
    bench.send(SsmBench.SHELL, "sleep 600 & echo $! > " + pid + "; wait");
    SsmBench.await(() -> written(pid));

    bench.ssm.close();

    awaitDeath(pid);
  }

  private static boolean written(Path pid) {
    try {
      return Files.exists(pid) && Files.readString(pid).endsWith("\n");
    } catch (IOException e) {
      return false;
    }
  }

  private static void awaitDeath(Path pid) throws IOException {
    var process = Long.parseLong(Files.readString(pid).trim());
    SsmBench.await(() -> ProcessHandle.of(process).map(one -> !one.isAlive()).orElse(true));
  }
}
