package dev.latchkey.sam;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchkey.local.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Lambda's Runtime API for one process: it fetches its events here and brings back what it made of them. */
final class RuntimeApi implements AutoCloseable {
  private static final String ROOT = "/2018-06-01/runtime/";
  private static final byte[] ACCEPTED = "{\"status\":\"OK\"}".getBytes(StandardCharsets.US_ASCII);

  private final String arn;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final BlockingQueue<FunctionInvocation> waiting = new LinkedBlockingQueue<>();
  private final Map<String, FunctionInvocation> running = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(Threads.daemon("runtime"));
  private final HttpServer server;

  private RuntimeApi(String arn) throws IOException {
    this.arn = arn;
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(threads);
    server.createContext(ROOT + "invocation/", this::invocation);
    server.createContext(ROOT + "init/error", this::initError);
  }

  /** On a free port of this machine alone. */
  static RuntimeApi start(String arn) throws IOException {
    var api = new RuntimeApi(arn);
    api.server.start();
    return api;
  }

  /** The value of {@code AWS_LAMBDA_RUNTIME_API}. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Done when the process asks for its first event. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  void submit(FunctionInvocation invocation) {
    running.put(invocation.id(), invocation);
    waiting.add(invocation);
  }

  /** There will be no more answers. */
  void fail(FunctionFailure failure) {
    ready.completeExceptionally(failure);
    running.values().forEach(invocation -> invocation.answer().completeExceptionally(failure));
  }

  private void invocation(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().substring(ROOT.length()).split("/");
    if (path[1].equals("next")) {
      next(exchange);
    } else {
      var invocation = running.remove(path[1]);
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (invocation == null || path.length < 3) {
        answer(
            exchange,
            400,
            "{\"errorType\":\"InvalidRequestID\"}".getBytes(StandardCharsets.US_ASCII));
        return;
      }
      answer(exchange, 202, ACCEPTED);
      if (path[2].equals("response")) {
        invocation.answer().complete(body);
      } else {
        invocation.answer().completeExceptionally(error(FunctionFailure.Kind.ERROR, body));
      }
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    ready.complete(null);
    try {
      var invocation = waiting.take();
      var headers = exchange.getResponseHeaders();
      headers.set("Content-Type", "application/json");
      headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
      headers.set(
          "Lambda-Runtime-Deadline-Ms", Long.toString(invocation.deadline().toEpochMilli()));
      headers.set("Lambda-Runtime-Invoked-Function-Arn", arn);
      answer(exchange, 200, invocation.event());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      exchange.close();
    }
  }

  private void initError(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    answer(exchange, 202, ACCEPTED);
    fail(error(FunctionFailure.Kind.EXIT, body));
  }

  private static FunctionFailure error(FunctionFailure.Kind kind, byte[] body) {
    return new FunctionFailure(kind, new String(body, StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
