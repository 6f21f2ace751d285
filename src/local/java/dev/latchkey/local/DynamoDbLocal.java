package dev.latchkey.local;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import com.amazonaws.services.dynamodbv2.model.ListTablesRequest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * DynamoDB Local inside this JVM, reachable from this machine only.
 *
 * <p>Its own runner listens on every interface and is what starts its telemetry. Neither the runner nor the
 * libraries that the telemetry needs are used here: its request handler stands behind a connector of ours.
 * All callers share one database, whatever region and key they name.
 */
public final class DynamoDbLocal implements AutoCloseable {
  /** Fixed, so that no setting of the user's machine decides what a local client signs with. */
  public static final String REGION = "us-east-1";

  /** Letters only: DynamoDB Local refuses other keys. No secret, as it checks no signature. */
  public static final String KEY = "latchkey";

  private static final String HOST = "127.0.0.1";

  /** Longer than an SDK client keeps an idle connection, so that no request meets one that is being closed. */
  private static final Duration IDLE = Duration.ofMinutes(5);

  /**
   * Silent: it logs each refused condition with a stack trace, and what its own jobs trip over while it opens.
   * Kept, as a logger that nobody holds may lose its level.
   */
  private static final Logger DATABASE_LOG = Logger.getLogger("com.amazonaws.services.dynamodbv2");

  private static final Logger JETTY_LOG = Logger.getLogger("org.eclipse.jetty");

  private final Server server;
  private final ServerConnector connector;
  private final LocalDynamoDBServerHandler database;
  private URI endpoint;

  private DynamoDbLocal(LocalDynamoDBRequestHandler requests, int port) {
    DATABASE_LOG.setLevel(Level.OFF);
    JETTY_LOG.setLevel(Level.WARNING);
    var threads = new QueuedThreadPool();
    threads.setName("dynamodb-local");
    threads.setDaemon(true);
    database = new LocalDynamoDBServerHandler(requests, null);
    server = new Server(threads);
    connector = new ServerConnector(server);
    connector.setHost(HOST);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE.toMillis());
    server.addConnector(connector);
    server.setHandler(database);
  }

  /** A database that is gone when it is closed. */
  public static DynamoDbLocal inMemory() {
    return inMemory(0);
  }

  /** As {@link #inMemory()}, on this port; 0 takes any free one. */
  public static DynamoDbLocal inMemory(int port) {
    return start(new LocalDynamoDBRequestHandler(0, true, null, true, false), port);
  }

  /** A database in a file of this existing folder, which no other process may use at the same time. */
  public static DynamoDbLocal inFolder(Path folder) {
    return inFolder(folder, 0);
  }

  /** As {@link #inFolder(Path)}, on this port; 0 takes any free one. */
  public static DynamoDbLocal inFolder(Path folder, int port) {
    DatabaseFile.check(folder);
    return start(new LocalDynamoDBRequestHandler(0, false, folder.toString(), true, false), port);
  }

  private static DynamoDbLocal start(LocalDynamoDBRequestHandler requests, int port) {
    var local = new DynamoDbLocal(requests, port);
    try {
      // Opens the database, which otherwise only the first call would do.
      requests.listTables(KEY, REGION, new ListTablesRequest());
      local.server.start();
      local.endpoint = URI.create("http://" + HOST + ":" + local.connector.getLocalPort());
      return local;
    } catch (Exception e) {
      local.close();
      throw new LocalProblem("DynamoDB Local cannot start: " + e.getMessage());
    }
  }

  /** Where clients reach it; also told when it is closed, for a successor on the same port. */
  public URI endpoint() {
    return endpoint;
  }

  /** The settings that point the application's DynamoDB client here. */
  public Map<String, String> clientSettings() {
    return Map.of(
        "quarkus.dynamodb.endpoint-override", endpoint.toString(),
        "quarkus.dynamodb.aws.region", REGION,
        "quarkus.dynamodb.aws.credentials.type", "static",
        "quarkus.dynamodb.aws.credentials.static-provider.access-key-id", KEY,
        "quarkus.dynamodb.aws.credentials.static-provider.secret-access-key", KEY);
  }

  /** Refuses connections, open ones included, until {@link #listenAgain()}; the data stay. */
  public void stopListening() throws Exception {
    connector.setPort(connector.getLocalPort());
    connector.stop();
  }

  /** On the port it had. */
  public void listenAgain() throws Exception {
    connector.start();
  }

  /** Frees the port, then closes the database. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      // The port is closed by then; a thread that does not end must not keep the database open.
    }
    database.close();
  }
}
