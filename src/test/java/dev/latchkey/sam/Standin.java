package dev.latchkey.sam;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A function that speaks the Runtime API: each event tells it what to do. */
final class Standin {
  private static final String ROOT =
      "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/";

  private Standin() {}

  public static void main(String... args) throws Exception {
    System.out.println("started");
    if ("refuse".equals(System.getenv("STANDIN"))) {
      post("init/error", "{\"errorType\":\"Refused\"}");
      System.exit(1);
    }
    while (true) {
      var next = open("invocation/next");
      var event = new String(next.getInputStream().readAllBytes(), UTF_8);
      var id = next.getHeaderField("Lambda-Runtime-Aws-Request-Id");
      var words = event.split(" ", 2);
      switch (words[0]) {
        case "env" -> post("invocation/" + id + "/response", "" + System.getenv(words[1]));
        case "pid" ->
          post("invocation/" + id + "/response", "" + ProcessHandle.current().pid());
        case "write" ->
          post("invocation/" + id + "/response", "" + Files.writeString(Path.of(words[1]), "x"));
        case "sleep" -> {
          Thread.sleep(Long.parseLong(words[1]));
          post("invocation/" + id + "/response", "" + ProcessHandle.current().pid());
        }
        case "stay" -> {
          var end = new CountDownLatch(1);
          Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitForEver(end)));
          post("invocation/" + id + "/response", "" + ProcessHandle.current().pid());
        }
        case "fail" -> post("invocation/" + id + "/error", "{\"errorType\":\"Failed\"}");
        default -> System.exit(3);
      }
    }
  }

  private static void awaitForEver(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void post(String path, String body) throws IOException {
    var connection = open(path);
    connection.setDoOutput(true);
    connection.getOutputStream().write(body.getBytes(UTF_8));
    if (connection.getResponseCode() != 202) {
      throw new IOException(path + ": " + connection.getResponseCode());
    }
    connection.getInputStream().readAllBytes();
  }

  private static HttpURLConnection open(String path) throws IOException {
    return (HttpURLConnection) new URL(ROOT + path).openConnection();
  }
}
