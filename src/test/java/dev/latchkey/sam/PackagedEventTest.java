package dev.latchkey.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.testing.LocalDynamoDb;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Events that are not API Gateway's, as the package that is deployed reads them. */
@QuarkusTest
@EnabledIfSystemProperty(
    named = "test.package",
    matches = ".*",
    disabledReason = "no -Dtest.package names a package")
class PackagedEventTest extends WhmTest {
  private static final List<String> EVENTS = List.of(
      "{}",
      "null",
      "[1]",
      "\"hello\"",
      "{\"source\":\"aws.events\",\"detail\":{}}",
      "{\"rawPath\":[],\"requestContext\":7}",
      "{\"rawPath\":\"/\",\"requestContext\":{\"http\":{\"method\":\"G T\"}}}");

  private static final Duration PAUSE = Duration.ofMillis(20);

  @TempDir
  Path folder;

  @Test
  void theyAreRefusedAndLoggedAndTheProcessGoesOn() throws Exception {
    var artifact =
        Artifact.unpack(Path.of(System.getProperty("test.package")), folder.resolve("function"));
    var log = new ByteArrayOutputStream();
    var dynamodb = LocalDynamoDb.running().endpoint().toString();
    try (var process = PackagedFunction.launch(
        artifact,
        PackagedFunction.VERSION,
        dynamodb,
        List.of(),
        new PrintStream(log, true, StandardCharsets.UTF_8))) {
      for (var event : EVENTS) {
        var answer = HttpAnswer.of(process.invoke(event.getBytes(StandardCharsets.UTF_8)));

        var reason = WhmClient.reasonOfFailure(
            WhmClient.parse(new String(answer.body(), StandardCharsets.UTF_8)));
        assertThat(answer.status()).as(event).isEqualTo(400);
        assertThat(reason).contains("not an event of API Gateway's HTTP API");
        await(log, reason.substring(reason.indexOf("(XID")));
      }
    }
  }

  /** An answer of it would be a success to Lambda, whatever its status. */
  @Test
  void anInternalFunctionThatFailsIsAFailedInvocation() throws Exception {
    var artifact =
        Artifact.unpack(Path.of(System.getProperty("test.package")), folder.resolve("function"));
    var environment = Map.of("LATCHKEY_INTERNAL", "bootstrap", "LATCHKEY_TABLE", "missing");
    var dynamodb = LocalDynamoDb.running().endpoint().toString();
    var event = Files.readAllBytes(Path.of("infra/bootstrap.json"));
    try (var process =
        PackagedFunction.launch(artifact, environment, dynamodb, List.of(), System.out)) {
      assertThatThrownBy(() -> process.invoke(event))
          .isInstanceOf(FunctionFailure.class)
          .hasMessageContaining("bootstrap failed; its log has why");
    }
  }

  /** The log comes by a pipe of its own, a little later than the answer. */
  private static void await(ByteArrayOutputStream log, String line) {
    var end = System.nanoTime() + 10_000_000_000L;
    while (!log.toString(StandardCharsets.UTF_8).contains(line)) {
      assertThat(System.nanoTime()).as(line).isLessThan(end);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
