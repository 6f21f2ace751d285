package dev.latchkey.testing;

import dev.latchkey.local.DynamoDbLocal;
import dev.latchkey.local.LocalTable;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** DynamoDB Local, in memory, with our table; one for all tests of a run. */
public final class LocalDynamoDb implements QuarkusTestResourceLifecycleManager {
  private static volatile DynamoDbLocal running;

  @Override
  public Map<String, String> start() {
    running = DynamoDbLocal.inMemory();
    var key = AwsBasicCredentials.create(DynamoDbLocal.KEY, DynamoDbLocal.KEY);
    try (var client = DynamoDbAsyncClient.builder()
        .endpointOverride(running.endpoint())
        .region(Region.of(DynamoDbLocal.REGION))
        .credentialsProvider(StaticCredentialsProvider.create(key))
        .build()) {
      LocalTable.createIfAbsent(client, "latchkey");
    }
    var settings = new HashMap<>(running.clientSettings());
    // Many calls at once queue for the one database; on a slow machine that would be a failure.
    settings.put("quarkus.dynamodb.api-call-attempt-timeout", "15S");
    settings.put("quarkus.dynamodb.api-call-timeout", "30S");
    settings.put("quarkus.dynamodb.async-client.connection-acquisition-timeout", "30S");
    // One of some hundred faults that tests inject costs the client a connection of its pool.
    settings.put("quarkus.dynamodb.async-client.max-concurrency", "1000");
    settings.put("latchkey.mcp", "true");
    // So that bills have amounts.
    settings.put("latchkey.prices.read", "0.001");
    settings.put("latchkey.prices.change", "0.005");
    settings.put("latchkey.prices.servers", "0.02");
    return settings;
  }

  @Override
  public void stop() {
    running.close();
  }

  public static DynamoDbLocal running() {
    return running;
  }

  /** Does something while nobody can connect to DynamoDB. */
  public static void whileDown(Runnable what) {
    try {
      running.stopListening();
      try {
        what.run();
      } finally {
        running.listenAgain();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
