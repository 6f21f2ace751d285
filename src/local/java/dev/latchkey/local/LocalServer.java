package dev.latchkey.local;

import dev.latchkey.local.ssm.LocalSsm;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The parts under the application, from the first that is there to the last that goes. */
final class LocalServer implements AutoCloseable {
  /** See {@link LaptopSettings#folder}. */
  private static final String FOLDER = LaptopSettings.PREFIX + ".folder";

  /** See {@link LaptopSettings#ownDatabase}. */
  private static final String OWN_DATABASE = LaptopSettings.PREFIX + ".own-database";

  /** See {@link LaptopSettings#ownFleet}. */
  private static final String OWN_FLEET = LaptopSettings.PREFIX + ".own-fleet";

  private static final String SIGNING_KEY = "latchkey.signing.key-file";

  private final DataFolder folder;
  private final Set<String> ours = new HashSet<>();
  private DynamoDbLocal database;
  private LocalFleet fleet;

  private LocalServer(DataFolder folder) {
    this.folder = folder;
  }

  /** Takes and makes all that the application will find; nothing when one part is refused. */
  static LocalServer prepare(LocalSettings settings) {
    var server = new LocalServer(DataFolder.take(settings.dataFolder()));
    try {
      server.fill(settings);
      return server;
    } catch (IOException | RuntimeException | LinkageError e) {
      server.close();
      throw new LocalProblem(StartFailure.sentence(e, server.folder));
    }
  }

  private void fill(LocalSettings settings) throws IOException {
    FreePort.requireBoth(settings);
    if (settings.ownDatabase()) {
      NativeFolder.use(folder);
      database = DynamoDbLocal.inFolder(folder.folder("dynamodb"));
      set(database.clientSettings());
      set(Map.of(OWN_DATABASE, "true"));
    }
    if (settings.ownFleet()) {
      fleet = LocalFleet.start(folder.serversFolder(), folder.folder("commands"));
      set(fleet.clientSettings());
      set(Map.of(OWN_FLEET, "true"));
      AwsVariables.write(folder, LocalSsm.REGION, fleet.key(), endpoints());
    }
    if (settings.ownCertificate()) {
      set(LocalCertificate.in(folder, settings.serversDomain()).serverSettings());
    }
    if (settings.ownSigningKey()) {
      set(Map.of(SIGNING_KEY, LocalSigningKey.in(folder.file("signing.pem")).toString()));
    }
    set(Map.of(FOLDER, folder.path().toString()));
  }

  /** Runs the application until it is told to stop, and answers the exit code. */
  int run(String... args) {
    var exitCode = new AtomicInteger();
    Quarkus.run(
        LocalApplication.class,
        (code, failure) -> {
          exitCode.set(code);
          if (failure != null && !StopSignal.given()) {
            System.err.println("latchkey: " + StartFailure.sentence(failure, folder));
          }
        },
        args);
    return exitCode.get();
  }

  @Override
  public void close() {
    if (fleet != null) {
      fleet.close();
    }
    if (database != null) {
      database.close();
    }
    // In dev mode the next run reads them again, and must not take our endpoint for one that the
    // user has set.
    ours.forEach(System::clearProperty);
    folder.close();
  }

  private Map<String, String> endpoints() {
    var endpoints = new HashMap<>(Map.of("SSM", fleet.endpoint()));
    if (database != null) {
      endpoints.put("DYNAMODB", database.endpoint().toString());
    }
    return endpoints;
  }

  private void set(Map<String, String> settings) {
    settings.forEach(System::setProperty);
    ours.addAll(settings.keySet());
  }
}
