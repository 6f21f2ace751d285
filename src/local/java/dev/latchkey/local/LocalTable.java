package dev.latchkey.local;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** The application's one table, as the SAM template declares it for the cloud. */
public final class LocalTable {
  private static final String TTL_ATTRIBUTE = "ttl";

  private static final List<KeySchemaElement> KEYS = List.of(
      KeySchemaElement.builder().attributeName("pk").keyType(KeyType.HASH).build(),
      KeySchemaElement.builder().attributeName("sk").keyType(KeyType.RANGE).build());

  /** The first answer of an embedded database takes long on a busy machine: it loads its classes and opens its file. */
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(30);

  private static final AwsRequestOverrideConfiguration PATIENT =
      AwsRequestOverrideConfiguration.builder()
          .apiCallTimeout(FIRST_ANSWER)
          .apiCallAttemptTimeout(FIRST_ANSWER)
          .build();

  private LocalTable() {}

  /**
   * Makes a usable table of that name, whatever an interrupted start left; blocks until then.
   *
   * @throws LocalProblem when a table of that name has other keys
   */
  public static void createIfAbsent(DynamoDbAsyncClient client, String name) {
    List<KeySchemaElement> keys;
    try {
      keys = await(client.describeTable(r -> r.tableName(name).overrideConfiguration(PATIENT)))
          .table()
          .keySchema();
    } catch (ResourceNotFoundException absent) {
      keys = create(client, name);
    }
    if (!keys.equals(KEYS)) {
      throw new LocalProblem(
          "the table " + name + " is not Latchkey's: its key is not pk and sk;"
              + " name another data folder with -Dlatchkey.local.data=FOLDER, or another DynamoDB endpoint");
    }
    expireBy(client, name);
  }

  private static List<KeySchemaElement> create(DynamoDbAsyncClient client, String name) {
    await(client.createTable(r -> r.tableName(name)
        .overrideConfiguration(PATIENT)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .keySchema(KEYS)
        .attributeDefinitions(
            KEYS.stream().map(key -> text(key.attributeName())).toList())));
    // At once in DynamoDB Local; another endpoint may take its time.
    await(client.waiter().waitUntilTableExists(r -> r.tableName(name)));
    return KEYS;
  }

  /** Asked at every start, because a start may have ended between the table and this. */
  private static void expireBy(DynamoDbAsyncClient client, String name) {
    var status = await(
            client.describeTimeToLive(r -> r.tableName(name).overrideConfiguration(PATIENT)))
        .timeToLiveDescription()
        .timeToLiveStatus();
    if (status == TimeToLiveStatus.DISABLED) {
      await(client.updateTimeToLive(r -> r.tableName(name)
          .overrideConfiguration(PATIENT)
          .timeToLiveSpecification(ttl -> ttl.attributeName(TTL_ATTRIBUTE).enabled(true))));
    }
  }

  private static AttributeDefinition text(String attribute) {
    return AttributeDefinition.builder()
        .attributeName(attribute)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  /** The answer, or the SDK's own exception instead of the wrapper around it. */
  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
