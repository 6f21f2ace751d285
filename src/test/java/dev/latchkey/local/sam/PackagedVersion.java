package dev.latchkey.local.sam;

import dev.latchkey.local.DynamoDbLocal;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process of a package that serves {@code version}. */
final class PackagedVersion {
  private static final SamFunction FUNCTION = new SamFunction(
      "Version",
      "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest",
      256,
      Duration.ofSeconds(29),
      Map.of("LATCHKEY_FUNCTIONS", "version", "LATCHKEY_TABLE", "latchkey"));

  private PackagedVersion() {}

  /** Waits until it asks for its first event. */
  static FunctionProcess launch(
      Artifact artifact, String dynamodb, List<String> options, PrintStream log)
      throws FunctionFailure {
    var services = Map.of(
        "AWS_ENDPOINT_URL_DYNAMODB", dynamodb,
        "AWS_ACCESS_KEY_ID", DynamoDbLocal.KEY,
        "AWS_SECRET_ACCESS_KEY", DynamoDbLocal.KEY);
    var command = new ArrayList<>(artifact.command(FUNCTION));
    command.addAll(options);
    var process = FunctionProcess.launch(
        FUNCTION, command, new Surroundings(artifact, services), new LogLines("Version", log));
    process.awaitReady();
    return process;
  }
}
