package dev.latchkey.sam;

import dev.latchkey.local.DataFolder;
import dev.latchkey.local.DynamoDbLocal;
import dev.latchkey.local.LocalFleet;
import dev.latchkey.local.LocalKey;
import dev.latchkey.local.LocalTable;
import dev.latchkey.local.NativeFolder;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.local.ssm.LocalSsm;
import dev.latchkey.local.ssm.SweepTimer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** The AWS services that the functions call, on this machine: a database, and servers behind a Systems Manager. */
final class Services implements AutoCloseable {
  private final DynamoDbLocal database;
  private final LocalSsm ssm;
  private final SweepTimer timer;

  private Services(DynamoDbLocal database, LocalSsm ssm, SweepTimer timer) {
    this.database = database;
    this.ssm = ssm;
    this.timer = timer;
  }

  /** With the template's tables and command documents. */
  static Services start(DataFolder data, Template template) throws IOException {
    NativeFolder.use(data);
    var database = DynamoDbLocal.inFolder(data.folder("dynamodb"));
    try {
      makeTables(database, template.tables());
      var ssm = LocalSsm.start(template.documents(), data.folder("commands"), Stack.NAME);
      var servers = new ArrayList<FolderServer>();
      for (var name : LocalFleet.NAMES) {
        servers.add(FolderServer.make(data.folder("servers").resolve(name), name));
      }
      servers.forEach(server -> ssm.register(server, Stack.NAME));
      return new Services(database, ssm, SweepTimer.start(servers, SweepTimer.USUAL));
    } catch (IOException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static void makeTables(DynamoDbLocal database, List<String> tables) {
    try (var client = DynamoDbAsyncClient.builder()
        .endpointOverride(database.endpoint())
        .region(Region.of(DynamoDbLocal.REGION))
        .credentialsProvider(StaticCredentialsProvider.create(
            AwsBasicCredentials.create(DynamoDbLocal.KEY, DynamoDbLocal.KEY)))
        .build()) {
      tables.forEach(table -> LocalTable.createIfAbsent(client, table));
    }
  }

  /** Tells of each command that has ended on a server. */
  void tell(Consumer<String> events) {
    ssm.tell(events);
  }

  /**
   * Where a function's SDK finds them, by the SDK's own variables. The credentials are those of the Systems Manager: the
   * database takes any.
   */
  Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL_DYNAMODB", database.endpoint().toString(),
        "AWS_ENDPOINT_URL_SSM", ssm.endpoint().toString(),
        "AWS_ACCESS_KEY_ID", ssm.accessKey(),
        "AWS_SECRET_ACCESS_KEY", ssm.accessKey());
  }

  /** What the functions sign with. */
  LocalKey key() {
    return new LocalKey(ssm.accessKey());
  }

  /** Of these and one more, by their names in AWS's variables. */
  Map<String, String> endpoints(String name, String endpoint) {
    return Map.of(
        "DYNAMODB",
        database.endpoint().toString(),
        "SSM",
        ssm.endpoint().toString(),
        name,
        endpoint);
  }

  @Override
  public void close() {
    timer.close();
    ssm.close();
    database.close();
  }
}
