package dev.latchkey.sam;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * How long a caller waits when nothing is running, and what that takes: the packages of Latchkey beside a Node.js
 * function that makes the same requests to DynamoDB, each as a process of its own behind a Runtime API on loopback, in
 * turns in one run. Run by src/bench/cold-start.
 */
public final class ColdStart {
  private static final Map<String, String> FUNCTIONS =
      Map.of("Version", "version", "ApiTokenList", "api_token_list");
  private static final int ROUNDS = 7;
  private static final int CALLS = 200;

  private final Path work;
  private final PrintStream log;
  private final BenchTable table = new BenchTable(Stack.physicalName("Table"));
  private final Map<String, SamFunction> functions = new LinkedHashMap<>();
  private final Map<String, byte[]> events = new LinkedHashMap<>();
  private final Map<String, BenchAnswers> answers = new LinkedHashMap<>();

  private ColdStart(Path work) throws IOException {
    this.work = Files.createDirectories(work);
    log = new PrintStream(Files.newOutputStream(work.resolve("log")), true, StandardCharsets.UTF_8);
    Template template = SamLocal.template(Path.of("sam-template.yaml"), "java21");
    template.functions().stream()
        .filter(function -> FUNCTIONS.containsKey(function.id()))
        .forEach(function -> functions.put(function.id(), function));
    FUNCTIONS.forEach((id, name) -> {
      events.put(id, event(name));
      answers.put(id, new BenchAnswers());
    });
  }

  /** @param args the native package, the JVM's, the folder of the Node.js function, one for work, and the plot's file */
  public static void main(String... args) {
    // Otherwise each small answer of the JDK's server waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    int status = 1;
    try {
      ColdStart bench = new ColdStart(Path.of(args[3]));
      List<Contender> contenders =
          bench.contenders(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]));
      Figures figures = bench.run(contenders);
      System.out.print(figures.table());
      Files.writeString(Path.of(args[4]), new Plot(figures).svg());
      status = 0;
    } catch (Exception e) {
      e.printStackTrace();
    }
    // DynamoDB Local leaves threads behind that idle for minutes.
    System.exit(status);
  }

  private List<Contender> contenders(Path nativeZip, Path jvmZip, Path node)
      throws IOException, FunctionFailure {
    Contender executable = packaged("native", nativeZip);
    Contender jvm = packaged("JVM", jvmZip);
    Path script = node.resolve("bootstrap.cjs").toAbsolutePath();
    return List.of(
        executable,
        jvm,
        new StartupCache(jvm, work.resolve("cache"))
            .train(functions.get("Version"), table.environment(), List.copyOf(events.values())),
        new Contender(
            "Node.js",
            new Artifact(node),
            List.of("node", script.toString()),
            Files.size(node.resolve("function.zip"))));
  }

  private Contender packaged(String name, Path zip) throws IOException {
    Artifact files = Artifact.unpack(zip, work.resolve(name));
    return new Contender(name, files, files.command(functions.get("Version")), Files.size(zip));
  }

  /** In turns, so that what else the machine does meets all alike; the first round is for DynamoDB Local to warm up. */
  private Figures run(List<Contender> contenders) throws IOException, FunctionFailure {
    Figures figures = new Figures(contenders, CALLS);
    for (int round = 0; round <= ROUNDS; round++) {
      System.err.println("round " + round + " of " + ROUNDS);
      for (String function : functions.keySet()) {
        for (Contender contender : contenders) {
          Life life = live(contender, function);
          if (round > 0) {
            figures.add(contender, FUNCTIONS.get(function), life);
          }
        }
      }
    }
    return figures;
  }

  private Life live(Contender contender, String function) throws IOException, FunctionFailure {
    long start = System.nanoTime();
    try (FunctionProcess process = FunctionProcess.launch(
        functions.get(function),
        contender.command(),
        new Surroundings(contender.files(), table.environment()),
        new FunctionLog(contender.name(), log))) {
      return Life.of(process, start, events.get(function), CALLS, answers.get(function));
    }
  }

  private byte[] event(String function) {
    HttpCall call = new HttpCall(
        "GET",
        "/json-api/" + function,
        "api.version=1",
        "HTTP/1.1",
        Map.of(
            "authorization", List.of(table.authorization()),
            "host", List.of("localhost"),
            "user-agent", List.of("bench")),
        new byte[0],
        "127.0.0.1",
        443);
    GatewayRoute route = new GatewayRoute(GatewayRoute.ANY, call.path(), function);
    return new HttpEvent(
            call, new Routes.Match(route, Map.of()), UUID.randomUUID().toString(), Instant.now())
        .json();
  }
}
