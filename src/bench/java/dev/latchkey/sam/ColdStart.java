package dev.latchkey.sam;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How long a caller waits when nothing is running, and what that takes: the packages of Latchkey beside a Node.js
 * function that makes the same requests to DynamoDB, each as a process of its own behind a Runtime API on loopback, in
 * turns in one run. Run by src/bench/cold-start.
 */
public final class ColdStart {
  private static final int ROUNDS = 7;
  private static final int CALLS = 200;

  private final Path work;
  private final PrintStream log;
  private final BenchTable table = new BenchTable(Stack.physicalName("Table"));
  private final List<BenchCall> calls = BenchCall.all(table);

  private ColdStart(Path work) throws IOException {
    this.work = Files.createDirectories(work);
    log = new PrintStream(Files.newOutputStream(work.resolve("log")), true, StandardCharsets.UTF_8);
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
            .train(
                calls.get(0).function(),
                table.environment(),
                calls.stream().map(BenchCall::event).toList()),
        new Contender(
            "Node.js",
            new Artifact(node),
            List.of("node", script.toString()),
            Files.size(node.resolve("function.zip"))));
  }

  private Contender packaged(String name, Path zip) throws IOException {
    Artifact files = Artifact.unpack(zip, work.resolve(name));
    return new Contender(name, files, files.command(calls.get(0).function()), Files.size(zip));
  }

  /** In turns, so that what else the machine does meets all alike; the first round is for DynamoDB Local to warm up. */
  private Figures run(List<Contender> contenders) throws IOException, FunctionFailure {
    Figures figures = new Figures(contenders, CALLS);
    for (int round = 0; round <= ROUNDS; round++) {
      System.err.println("round " + round + " of " + ROUNDS);
      for (BenchCall call : calls) {
        for (Contender contender : contenders) {
          Life life = live(contender, call);
          if (round > 0) {
            figures.add(contender, call.name(), life);
          }
        }
      }
    }
    return figures;
  }

  private Life live(Contender contender, BenchCall call) throws IOException, FunctionFailure {
    long start = System.nanoTime();
    try (FunctionProcess process = FunctionProcess.launch(
        call.function(),
        contender.command(),
        new Surroundings(contender.files(), table.environment()),
        new FunctionLog(contender.name(), log))) {
      return Life.of(process, start, call, CALLS);
    }
  }
}
