package dev.latchkey.sam;

import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import dev.latchkey.local.DynamoDbLocal;
import dev.latchkey.local.LocalTable;
import dev.latchkey.store.Store;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** A reseller with ten tokens in the table that the template names. */
final class BenchTable implements AutoCloseable {
  private static final String USER = "reseller";
  private static final int TOKENS = 10;
  private static final Privileges PRIVILEGES = Privileges.of(
      Privilege.MANAGE_API_TOKENS, Privilege.LIST_ACCTS, Privilege.CREATE_ACCT, Privilege.PASSWD);

  private final DynamoDbLocal database = DynamoDbLocal.inMemory();
  private final TokenValue token = TokenValue.generate(new SecureRandom());

  BenchTable(String name) {
    try (DynamoDbAsyncClient client = client()) {
      LocalTable.createIfAbsent(client, name);
      Store store = new Store(client, name);
      UserTable users = new UserTable(store);
      CredentialTable credentials = new CredentialTable(store);
      var transaction = store.transaction();
      users.create(
          transaction,
          new User(USER, PRIVILEGES, false, OptionalLong.empty(), "1"),
          IllegalStateException::new);
      IntStream.range(0, TOKENS)
          .forEach(i -> credentials.create(transaction, credential(i), IllegalStateException::new));
      store.write(transaction).await().indefinitely();
    }
  }

  private Credential credential(int number) {
    TokenValue value = number == 0 ? token : TokenValue.generate(new SecureRandom());
    Scope scope = new Scope(PRIVILEGES, Optional.empty(), Optional.empty(), OptionalLong.empty());
    return new Credential(
        USER, value.digest(), "token" + number, scope, Instant.ofEpochSecond(1_700_000_000), "1");
  }

  String authorization() {
    return "whm " + USER + ":" + token.reveal();
  }

  /** Where a function's SDK finds it. */
  Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL_DYNAMODB", database.endpoint().toString(),
        "AWS_ACCESS_KEY_ID", DynamoDbLocal.KEY,
        "AWS_SECRET_ACCESS_KEY", DynamoDbLocal.KEY);
  }

  private DynamoDbAsyncClient client() {
    return DynamoDbAsyncClient.builder()
        .endpointOverride(database.endpoint())
        .region(Region.of(DynamoDbLocal.REGION))
        .credentialsProvider(StaticCredentialsProvider.create(
            AwsBasicCredentials.create(DynamoDbLocal.KEY, DynamoDbLocal.KEY)))
        .build();
  }

  @Override
  public void close() {
    database.close();
  }
}
