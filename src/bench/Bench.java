import dev.latchkey.local.DynamoDbLocal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Start-up time, resident memory and requests per second, the last beside a bare Quarkus endpoint that makes the same
 * requests to DynamoDB with the same client. Both run at the same time against one DynamoDB Local and are loaded in turns,
 * so that what else the machine does meets both alike. Run by src/bench/run.
 */
public final class Bench {
  private static final List<String> FUNCTIONS = List.of("version", "api_token_list");
  private static final int STARTS = 5;
  private static final int ROUNDS = 9;
  private static final int CONNECTIONS = 16;
  private static final Duration ROUND = Duration.ofSeconds(3);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public static void main(String... args) throws Exception {
    var target = Path.of(args[0]);
    var data = Files.createTempDirectory("latchkey-bench");
    try (var database = DynamoDbLocal.inMemory()) {
      var starts = new ArrayList<Long>();
      var latchkey = start(target.resolve("quarkus-app"), database, data, 0, starts);
      for (var i = 1; i < STARTS; i++) {
        stop(latchkey);
        latchkey = start(target.resolve("quarkus-app"), database, data, i, starts);
      }
      System.out.printf(
          "| start to first answer, median of %d | %d ms |%n", STARTS, median(starts));
      var token = Files.readString(data.resolve("root-token")).trim();
      var bare = startBare(target.resolve("bare/quarkus-app"), database, token);
      try {
        var requests = FUNCTIONS.stream()
            .flatMap(function -> Stream.of(
                request("http://127.0.0.1:22086/json-api/" + function + "?api.version=1", token),
                request("http://127.0.0.1:22080/" + function, token)))
            .toList();
        var processes = List.of(latchkey, bare);
        rates(
            requests,
            processes); // For the compilers, which take minutes for three JVMs on two cores.
        var rates = rates(requests, processes);
        for (var i = 0; i < FUNCTIONS.size(); i++) {
          var ours = rates.get(2 * i);
          var theirs = rates.get(2 * i + 1);
          System.out.printf(
              "| requests per second of %s, median of %d rounds | Latchkey %d, bare %d: %.2f |%n",
              FUNCTIONS.get(i),
              ROUNDS,
              ours.rate(),
              theirs.rate(),
              (double) ours.rate() / theirs.rate());
          System.out.printf(
              "| processor time of the server for a call of %s, median | Latchkey %d µs, bare %d µs |%n",
              FUNCTIONS.get(i), ours.processorMicros(), theirs.processorMicros());
        }
        System.out.printf(
            "| resident memory after the load, Latchkey | %d MB |%n", resident(latchkey));
        System.out.printf(
            "| resident memory after the load, bare endpoint | %d MB |%n", resident(bare));
      } finally {
        stop(bare);
        stop(latchkey);
      }
    }
    // DynamoDB Local leaves threads behind that idle for minutes.
    System.exit(0);
  }

  /** Calls a second, and what one of them takes of its server's processor time. */
  private record Rate(long rate, long processorMicros) {}

  /**
   * @param servers the servers of the requests, which take turns
   * @return the medians of each request, all of them in turns in each round
   */
  private static List<Rate> rates(List<HttpRequest> requests, List<Process> servers)
      throws InterruptedException {
    var rates = requests.stream().map(request -> new ArrayList<Rate>()).toList();
    for (var round = 0; round < ROUNDS; round++) {
      for (var i = 0; i < requests.size(); i++) {
        rates.get(i).add(load(requests.get(i), servers.get(i % servers.size()), ROUND));
      }
    }
    return rates.stream()
        .map(all -> new Rate(
            median(all.stream().map(Rate::rate).toList()),
            median(all.stream().map(Rate::processorMicros).toList())))
        .toList();
  }

  private static Duration processorTime(Process process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  private static Rate load(HttpRequest request, Process server, Duration duration)
      throws InterruptedException {
    var before = processorTime(server);
    var free = new Semaphore(CONNECTIONS);
    var done = new AtomicLong();
    var start = System.nanoTime();
    var end = start + duration.toNanos();
    while (System.nanoTime() < end) {
      free.acquire();
      CLIENT.sendAsync(request, BodyHandlers.ofByteArray()).whenComplete((response, failure) -> {
        if (failure != null || response.statusCode() != 200) {
          System.err.println("failed: " + (failure != null ? failure : response.statusCode()));
        } else {
          done.incrementAndGet();
        }
        free.release();
      });
    }
    free.acquire(CONNECTIONS);
    var took = System.nanoTime() - start;
    var used = processorTime(server).minus(before);
    return new Rate(
        done.get() * TimeUnit.SECONDS.toNanos(1) / took,
        TimeUnit.NANOSECONDS.toMicros(used.toNanos()) / Math.max(1, done.get()));
  }

  private static Process start(
      Path app, DynamoDbLocal database, Path data, int number, List<Long> times) throws Exception {
    var began = System.nanoTime();
    var process = launch(
        app,
        database,
        data.resolve("log-" + number),
        "-Dlatchkey.local.data=" + data,
        "-Dquarkus.http.port=22086",
        "-Dquarkus.http.ssl-port=22087");
    // Any answer will do: the first start has no token yet.
    awaitAnswer("http://127.0.0.1:22086/json-api/version?api.version=1", 403, process);
    times.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    return process;
  }

  private static Process startBare(Path app, DynamoDbLocal database, String token)
      throws Exception {
    var digest = dev.latchkey.access.TokenValue.parse(token).orElseThrow().digest();
    var log = Files.createTempFile("bare", ".log");
    var process =
        launch(app, database, log, "-Dbare.digest=" + digest, "-Dquarkus.http.port=22080");
    awaitAnswer("http://127.0.0.1:22080/version", 200, process);
    return process;
  }

  private static Process launch(Path app, DynamoDbLocal database, Path log, String... settings)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    database.clientSettings().forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.addAll(List.of(settings));
    command.addAll(List.of("-jar", app.resolve("quarkus-run.jar").toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void awaitAnswer(String url, int status, Process process) throws Exception {
    var request = request(url, "");
    while (process.isAlive()) {
      try {
        if (CLIENT.send(request, BodyHandlers.discarding()).statusCode() == status) {
          return;
        }
      } catch (IOException notYet) {
        Thread.onSpinWait();
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new IllegalStateException("it ended: " + url);
  }

  private static HttpRequest request(String url, String token) {
    return HttpRequest.newBuilder(URI.create(url))
        .header("Authorization", "whm root:" + token)
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  private static long resident(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
