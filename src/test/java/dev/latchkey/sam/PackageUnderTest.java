package dev.latchkey.sam;

import dev.latchkey.testing.LocalDynamoDb;
import dev.latchkey.testing.LocalSystemsManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The package that is deployed, behind Lambda's Runtime API and API Gateway's events, with the tests' own DynamoDB and
 * Systems Manager: where {@code -Dtest.package=function.zip} is said, tests call it instead of the application in
 * their own process.
 */
public final class PackageUnderTest {
  private static final int MEMORY = 256;
  private static final Duration TIMEOUT = Duration.ofSeconds(29);
  private static final String ALL = "All";

  /** Of a package for the JVM; an executable asks for no handler. */
  private static final String HANDLER =
      "io.quarkus.amazon.lambda.runtime.QuarkusStreamHandler::handleRequest";

  private static PackageUnderTest running;

  private final Gateway gateway;
  private final Path answered;

  private PackageUnderTest(Path zip, List<String> functions) {
    var artifact = Artifact.unpack(zip, zip.resolveSibling("package-under-test"));
    var environment = new TreeMap<>(Map.of("LATCHKEY_FUNCTIONS", String.join(",", functions)));
    var function = new SamFunction(ALL, HANDLER, MEMORY, TIMEOUT, environment);
    var pool = new FunctionPool(
        function,
        artifact.command(function),
        new Surroundings(artifact, services()),
        new FunctionLog(ALL, System.out));
    answered = emptied(zip.resolveSibling("answered"));
    gateway = Gateway.bind(0);
    gateway.serve(
        new Routes(List.of(new GatewayRoute(GatewayRoute.ANY, GatewayRoute.DEFAULT, ALL))),
        (name, event) -> pool.invoke(event));
    Runtime.getRuntime().addShutdownHook(new Thread(pool::close));
  }

  /** @return where it is called; empty where tests call the application in their own process */
  public static synchronized Optional<Integer> port(List<String> functions) {
    var zip = System.getProperty("test.package");
    if (zip == null) {
      return Optional.empty();
    }
    if (running == null) {
      // The runtime of the JVM loads its library by an absolute path.
      running = new PackageUnderTest(Path.of(zip).toAbsolutePath(), functions);
    }
    return Optional.of(running.gateway.port());
  }

  /**
   * Notes that this function has answered {@code result} 1, as an empty file of its name: {@code src/test/answered} asks
   * for one of each function when all tests are over.
   */
  public static synchronized void answered(String function) {
    if (running == null) {
      return;
    }
    try {
      Files.write(running.answered.resolve(function), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path emptied(Path folder) {
    try {
      Files.createDirectories(folder);
      try (var old = Files.newDirectoryStream(folder)) {
        for (var file : old) {
          Files.delete(file);
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings that the tests' resources give to Quarkus, as environment variables. */
  private static Map<String, String> services() {
    var all = new HashMap<String, String>();
    var settings = new HashMap<>(LocalDynamoDb.running().clientSettings());
    settings.putAll(LocalSystemsManager.settings());
    settings.put("latchkey.servers-domain", "servers.test");
    settings.put("latchkey.mcp", "true");
    settings.put("latchkey.console", "true");
    settings.forEach((name, value) ->
        all.put(name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT), value));
    return all;
  }
}
