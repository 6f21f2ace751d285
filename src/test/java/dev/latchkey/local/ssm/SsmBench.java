package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;
import software.amazon.awssdk.services.ssm.model.CommandInvocationStatus;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;

/** A local Run Command with one folder server and small documents, and the SDK's own client to it. */
final class SsmBench implements AutoCloseable {
  static final String ECHO = "Echo";
  static final String SHELL = "Shell";
  static final String BRIEF = "Brief";
  static final String STACK = "bench";

  /** One for all, never closed: each takes two seconds to close. */
  private static final SdkAsyncHttpClient HTTP = NettyNioAsyncHttpClient.create();

  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<CommandInvocationStatus> ON_THE_WAY = List.of(
      CommandInvocationStatus.PENDING,
      CommandInvocationStatus.IN_PROGRESS,
      CommandInvocationStatus.CANCELLING);

  final Path work;
  final LocalSsm ssm;
  final FolderServer server;
  final SsmAsyncClient client;

  SsmBench(Path folder) {
    this(folder, documents());
  }

  SsmBench(Path folder, Map<String, byte[]> documents) {
    try {
      server = FolderServer.make(folder.resolve("web01"), "web01");
      work = Files.createDirectories(folder.resolve("it's work"));
      ssm = LocalSsm.start(documents, work, STACK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    register(server);
    client = client(ssm.accessKey());
  }

  /** With the tag of the stack. */
  void register(LocalNode node) {
    ssm.register(node, STACK);
  }

  private static Map<String, byte[]> documents() {
    return Map.of(
        ECHO, document(60, "printf %s \"$SSM_value\"", "# {{ value }}"),
        SHELL, document(60, "eval \"$SSM_value\""),
        BRIEF, document(5, "eval \"$SSM_value\""));
  }

  SsmAsyncClient client(String key) {
    return client(key, DefaultRetryStrategy.doNotRetry());
  }

  SsmAsyncClient client(String key, RetryStrategy retries) {
    return SsmAsyncClient.builder()
        .httpClient(HTTP)
        .endpointOverride(ssm.endpoint())
        .region(Region.of(LocalSsm.REGION))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(key, "secret")))
        .overrideConfiguration(settings -> settings.retryStrategy(retries).apiCallTimeout(PATIENCE))
        .build();
  }

  /** One step with the parameter {@code value}. */
  static byte[] document(int timeoutSeconds, String... lines) {
    try {
      return new ObjectMapper()
          .writeValueAsBytes(Map.of(
              "schemaVersion", "2.2",
              "parameters",
                  Map.of(
                      "value",
                      Map.of(
                          "type", "String",
                          "default", "none",
                          "maxChars", 60_000,
                          "interpolationType", "ENV_VAR")),
              "mainSteps",
                  List.of(Map.of(
                      "action", "aws:runShellScript",
                      "name", "step",
                      "inputs",
                          Map.of(
                              "timeoutSeconds",
                              Integer.toString(timeoutSeconds),
                              "runCommand",
                              List.of(lines))))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** @return the id of the command */
  String send(String document, String value) {
    return send(request -> request
        .documentName(document)
        .instanceIds(server.id())
        .parameters(Map.of("value", List.of(value))));
  }

  String send(Consumer<SendCommandRequest.Builder> request) {
    return unwrap(() -> client.sendCommand(request).join().command().commandId());
  }

  GetCommandInvocationResponse look(String command) {
    return unwrap(() -> client
        .getCommandInvocation(look -> look.commandId(command).instanceId(server.id()))
        .join());
  }

  /** Looks until it stays as it is. */
  GetCommandInvocationResponse awaitEnd(String command) {
    await(() -> !ON_THE_WAY.contains(look(command).status()));
    return look(command);
  }

  GetCommandInvocationResponse run(String document, String value) {
    return awaitEnd(send(document, value));
  }

  static void await(BooleanSupplier condition) {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come about within " + PATIENCE);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** The SDK's own exception. */
  static <T> T unwrap(Supplier<T> call) {
    try {
      return call.get();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    client.close();
    ssm.close();
  }
}
