package dev.latchkey.sam;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What a call takes and costs with the processor that Lambda gives to so much memory, in turns in one run: the package
 * for each size is a process of its own behind a Runtime API on loopback, free until it asks for its first event, as
 * Lambda's init has a whole processor, and held to the share of its size from then on. Run by src/bench/memory-sizes.
 */
public final class MemorySizes {
  private static final int ROUNDS = 7;
  private static final int CALLS = 60;

  /** Between two calls, so that each finds the periods before it unspent, as single calls do. */
  private static final long PAUSE_MILLIS = 60;

  /** Dollars for a gigabyte and second on arm64, us-east-1. */
  private static final double GIGABYTE_SECOND = 0.0000133334;

  private static final double MEGABYTES_A_GIGABYTE = 1024;

  private final Path work;
  private final PrintStream log;
  private final BenchTable table = new BenchTable(Stack.physicalName("Table"));
  private final List<BenchCall> calls = BenchCall.all(table);

  /** What one process took; {@code cpu} is of one warm call. */
  private record Turn(
      double init, double cpuOfInit, double first, double median, double slow, double cpu) {}

  private MemorySizes(Path work) throws IOException {
    this.work = Files.createDirectories(work);
    log = new PrintStream(Files.newOutputStream(work.resolve("log")), true, StandardCharsets.UTF_8);
  }

  /** @param args a package, a folder for work, and the sizes in megabytes */
  public static void main(String... args) {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    int status = 1;
    try {
      List<Integer> sizes =
          List.of(args).subList(2, args.length).stream().map(Integer::valueOf).toList();
      new MemorySizes(Path.of(args[1])).run(Path.of(args[0]), sizes);
      status = 0;
    } catch (Exception e) {
      e.printStackTrace();
    }
    // DynamoDB Local leaves threads behind that idle for minutes.
    System.exit(status);
  }

  private void run(Path zip, List<Integer> sizes) throws Exception {
    Artifact files = Artifact.unpack(zip, work.resolve("package"));
    List<String> command = files.command(calls.get(0).function());
    for (BenchCall call : calls) {
      Map<Integer, List<Turn>> turns = new TreeMap<>();
      for (int round = 0; round <= ROUNDS; round++) {
        System.err.println(call.name() + ", round " + round + " of " + ROUNDS);
        for (int size : sizes) {
          Turn turn = turn(files, command, call, size);
          if (round > 0) {
            turns.computeIfAbsent(size, key -> new ArrayList<>()).add(turn);
          }
        }
      }
      print(call.name(), turns);
    }
  }

  private Turn turn(Artifact files, List<String> command, BenchCall call, int size)
      throws Exception {
    long start = System.nanoTime();
    try (ProcessorShare share = ProcessorShare.of(size);
        FunctionProcess process = FunctionProcess.launch(
            call.function(),
            command,
            new Surroundings(files, table.environment()),
            new FunctionLog(size + " MB", log))) {
      process.awaitReady();
      Duration init = Life.since(start);
      Duration cpuOfInit = Life.cpu(process.pid());
      share.hold(process);
      Duration first = call.take(process);
      Duration before = Life.cpu(process.pid());
      List<Double> warm = new ArrayList<>();
      while (warm.size() < CALLS) {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        warm.add(millis(call.take(process)));
      }
      Duration cpu = Life.cpu(process.pid()).minus(before);
      warm.sort(null);
      return new Turn(
          millis(init),
          millis(cpuOfInit),
          millis(first),
          warm.get(CALLS / 2),
          warm.get(CALLS * 95 / 100),
          millis(cpu) / CALLS);
    }
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  /** In Markdown. */
  private static void print(String call, Map<Integer, List<Turn>> turns) {
    StringBuilder table = new StringBuilder("\n");
    table.append("| `").append(call).append("`, medians of ").append(ROUNDS);
    turns.keySet().forEach(size -> table.append(" | ").append(size).append(" MB"));
    table.append(" |\n| ---").append(" | ---".repeat(turns.size())).append(" |\n");
    row(table, "init with a whole processor, ms", turns, Turn::init);
    row(table, "its processor time, ms", turns, Turn::cpuOfInit);
    row(table, "first call, ms", turns, Turn::first);
    row(table, "warm call, p50, ms", turns, Turn::median);
    row(table, "warm call, p95, ms", turns, Turn::slow);
    row(table, "processor time of a warm call, ms", turns, Turn::cpu);
    table.append("| a million cold calls, dollars");
    turns.forEach(
        (size, all) -> price(table, size, median(all, Turn::init) + median(all, Turn::first)));
    table.append(" |\n| a million warm calls, dollars");
    turns.forEach((size, all) -> price(table, size, median(all, Turn::median)));
    System.out.print(table.append(" |\n"));
  }

  private static void row(
      StringBuilder table,
      String title,
      Map<Integer, List<Turn>> turns,
      ToDoubleFunction<Turn> of) {
    table.append("| ").append(title);
    turns
        .values()
        .forEach(all -> table.append(String.format(Locale.ROOT, " | %.1f", median(all, of))));
    table.append(" |\n");
  }

  /** Lambda bills whole milliseconds, init among them. */
  private static void price(StringBuilder table, int size, double millis) {
    double gigabyteSeconds = Math.ceil(millis) / 1e3 * size / MEGABYTES_A_GIGABYTE;
    table.append(String.format(Locale.ROOT, " | %.2f", gigabyteSeconds * GIGABYTE_SECOND * 1e6));
  }

  private static double median(List<Turn> turns, ToDoubleFunction<Turn> of) {
    return turns.stream()
        .mapToDouble(of)
        .sorted()
        .skip(turns.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
