package dev.latchkey.sam;

import dev.latchkey.local.DynamoDbLocal;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process of a package, behind the Runtime API. */
final class PackagedFunction {
  static final Map<String, String> VERSION =
      Map.of("LATCHKEY_FUNCTIONS", "version", "LATCHKEY_TABLE", "latchkey");

  private PackagedFunction() {}

  /** Waits until it asks for its first event. */
  static FunctionProcess launch(
      Artifact artifact,
      Map<String, String> environment,
      String dynamodb,
      List<String> options,
      PrintStream log)
      throws FunctionFailure {
    var function = new SamFunction(
        "Packaged",
        "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest",
        256,
        Duration.ofSeconds(29),
        environment);
    var services = Map.of(
        "AWS_ENDPOINT_URL_DYNAMODB", dynamodb,
        "AWS_ACCESS_KEY_ID", DynamoDbLocal.KEY,
        "AWS_SECRET_ACCESS_KEY", DynamoDbLocal.KEY);
    var command = new ArrayList<>(artifact.command(function));
    command.addAll(options);
    var process = FunctionProcess.launch(
        function, command, new Surroundings(artifact, services), new FunctionLog("Packaged", log));
    process.awaitReady();
    return process;
  }
}
