package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Speaks PutEvents of EventBridge as its API Reference has it, and keeps what it was told. */
public final class PutEventsServer {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String PORT = "test.put-events.port";

  private final HttpServer server;
  private final List<JsonNode> told = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();

  private PutEventsServer(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  /** A profile is asked for it by another class loader than the one that the test is loaded by. */
  public static String knownAddress() {
    if (System.getProperty(PORT) == null) {
      try (var free = new ServerSocket(0)) {
        System.setProperty(PORT, Integer.toString(free.getLocalPort()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return "http://127.0.0.1:" + System.getProperty(PORT) + "/";
  }

  public static PutEventsServer atKnownPort() {
    return new PutEventsServer(Integer.getInteger(PORT, 0));
  }

  /** The entries that were taken, each as it was sent, with its detail as a tree. */
  public List<JsonNode> told() {
    return told;
  }

  /** What EventBridge would have found wrong with a request. */
  public List<String> problems() {
    return problems;
  }

  /** The next so many entries are refused, each by itself. */
  public void refuse(int entries) {
    refusals.set(entries);
  }

  /** The next so many requests fail. */
  public void fail(int requests) {
    failures.set(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var request = MAPPER.readTree(exchange.getRequestBody());
    var headers = exchange.getRequestHeaders();
    expect("AWSEvents.PutEvents".equals(headers.getFirst("X-Amz-Target")), "no target");
    expect("application/x-amz-json-1.1".equals(headers.getFirst("Content-Type")), "no type");
    expect(
        String.valueOf(headers.getFirst("Authorization"))
            .matches("AWS4-HMAC-SHA256 Credential=[^/]+/[0-9]{8}/[^/]+/events/aws4_request, .*"),
        "not signed for events");
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      answer(exchange, 500, "{\"__type\":\"InternalException\"}");
      return;
    }
    expect(request.path("Entries").size() <= 10, "more than ten entries");
    var entries = new ArrayList<String>();
    var refused = 0;
    for (var entry : request.path("Entries")) {
      if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        refused++;
        entries.add("{\"ErrorCode\":\"ThrottlingException\",\"ErrorMessage\":\"later\"}");
      } else {
        told.add(entry);
        entries.add("{\"EventId\":\"" + told.size() + "\"}");
      }
    }
    answer(
        exchange,
        200,
        "{\"FailedEntryCount\":" + refused + ",\"Entries\":[" + String.join(",", entries) + "]}");
  }

  private void expect(boolean holds, String problem) {
    if (!holds) {
      problems.add(problem);
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
