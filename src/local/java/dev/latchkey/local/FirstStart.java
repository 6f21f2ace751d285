package dev.latchkey.local;

import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.User;
import dev.latchkey.store.Store;
import dev.latchkey.store.UnknownOutcome;
import dev.latchkey.token.RootBootstrap;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.TimeoutException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * Makes the table and root's token before the ports open, so that the first call finds both. Every step looks
 * first what is there: an interrupted first start is completed by the next.
 */
@Singleton
public class FirstStart {
  /** A loaded machine may take long for the first read and the first write too. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Optional<Path> folder;
  private final DynamoDbAsyncClient client;
  private final Store store;
  private final RootBootstrap root;
  private final LaptopSettings settings;
  private final Samples samples;
  private final CredentialTable credentials;
  private final Clock clock;

  private Optional<TokenValue> newToken = Optional.empty();
  private boolean isTokenGood;

  FirstStart(
      DynamoDbAsyncClient client,
      Store store,
      RootBootstrap root,
      LaptopSettings settings,
      Samples samples,
      CredentialTable credentials,
      Clock clock) {
    this.folder = settings.folder();
    this.client = client;
    this.store = store;
    this.root = root;
    this.settings = settings;
    this.samples = samples;
    this.credentials = credentials;
    this.clock = clock;
  }

  /** Early among the observers, because the others may already need the table. */
  void prepare(@Observes @Priority(100) StartupEvent event) {
    if (folder.isEmpty()) {
      return; // Not started by LocalMain: a test has its own table and its own root.
    }
    try {
      LocalTable.createIfAbsent(client, store.tableName());
      var file = new RootToken(folder.get());
      if (!rootExists()) {
        var token = file.readOrWrite();
        if (root.createRoot(token).await().atMost(PATIENCE)) {
          newToken = Optional.of(token);
        }
      } else if (settings.ownDatabase() && file.isMissing()) {
        // The way back of whoever has lost all tokens: take the file away, and start again.
        var token = file.readOrWrite();
        root.addRootToken(token).await().atMost(PATIENCE);
        newToken = Optional.of(token);
      }
      isTokenGood = file.read().filter(this::isGood).isPresent();
      if (settings.ownFleet()) {
        file.read().ifPresent(token -> samples.makeIfAbsent(folder.get(), token));
      }
    } catch (SdkException | UnknownOutcome | TimeoutException e) {
      throw new LocalProblem(
          settings.ownDatabase()
              ? "the embedded DynamoDB Local does not answer (" + StartFailure.brief(e)
                  + "); start again when the machine is less busy"
              : "DynamoDB at " + endpoint() + " cannot be used (" + StartFailure.brief(e)
                  + "); check quarkus.dynamodb.endpoint-override");
    }
  }

  /** The store gives up as real clients do, after seconds; whether root is there may be asked again. */
  private boolean rootExists() {
    return root.rootExists()
        .onFailure(UnknownOutcome.class)
        .retry()
        .withBackOff(Duration.ofMillis(100))
        .expireIn(PATIENCE.toMillis())
        .await()
        .atMost(PATIENCE);
  }

  private boolean isGood(TokenValue token) {
    return credentials
        .find(User.ROOT, token)
        .map(found ->
            found.filter(used -> !used.credential().expiredAt(clock.instant())).isPresent())
        .await()
        .atMost(PATIENCE);
  }

  private String endpoint() {
    return client
        .serviceClientConfiguration()
        .endpointOverride()
        .map(URI::toString)
        .orElse("AWS");
  }

  Path folder() {
    return folder.orElseThrow();
  }

  /** Whether the token of the file may call; somebody may have revoked or rotated it since. */
  boolean isTokenGood() {
    return isTokenGood;
  }

  /** Root's token, if this start made it. */
  Optional<TokenValue> newToken() {
    return newToken;
  }
}
