package dev.latchkey.sam;

import dev.latchkey.testing.ProcessTree;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The template served by a process of its own, with the package that was just built. */
final class SamProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("served: (http://127\\.0\\.0\\.1:\\d+)\\s");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final Path output;
  private final Path data;

  private SamProcess(Process process, Path output, Path data) {
    this.process = process;
    this.output = output;
    this.data = data;
  }

  static SamProcess launch(Path folder, Path zip, Path template) throws IOException {
    var output = folder.resolve("output");
    var data = folder.resolve("data");
    var process = new ProcessBuilder(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Dlatchkey.sam.port=0",
            "-Dlatchkey.sam.package=" + zip,
            "-Dlatchkey.sam.template=" + template,
            "-Dlatchkey.local.data=" + data,
            "-cp",
            System.getProperty("java.class.path"),
            SamMain.class.getName()))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    return new SamProcess(process, output, data);
  }

  /** @return where it listens, as soon as it says so */
  String url() throws IOException, InterruptedException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    Matcher ready = READY.matcher(output());
    while (!ready.find()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new AssertionError("it did not start: " + output());
      }
      Thread.sleep(50);
      ready = READY.matcher(output());
    }
    return ready.group(1);
  }

  /** As root. */
  String post(String path, String form) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(url() + path))
                .header("Authorization", "whm root:" + file("root-token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  /** @return what AWS's command line says, errors included */
  String aws(String... arguments) throws IOException, InterruptedException {
    var command = new ProcessBuilder(
        "sh", "-c", ". \"$0\" && exec aws \"$@\"", data.resolve("aws.sh").toString());
    command.command().addAll(List.of(arguments));
    var process = command.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  String file(String name) throws IOException {
    return Files.readString(data.resolve(name)).strip();
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  List<ProcessHandle> functions() {
    return process.descendants().toList();
  }

  /** As SIGTERM does. */
  boolean stop() throws InterruptedException {
    process.destroy();
    return process.waitFor(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    ProcessTree.end(process);
  }
}
