package dev.latchkey.sam;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchkey.local.LocalProblem;
import dev.latchkey.local.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** API Gateway's HTTP API for the clients of this machine. */
final class Gateway implements AutoCloseable {
  static final String HOST = "127.0.0.1";

  private final ExecutorService threads = Executors.newCachedThreadPool(Threads.daemon("gateway"));
  private final HttpServer server;

  private Gateway(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
  }

  /** Takes the port; it is served from {@link #serve} on. */
  static Gateway bind(int port) {
    try {
      return new Gateway(HttpServer.create(new InetSocketAddress(HOST, port), 0));
    } catch (IOException e) {
      throw new LocalProblem(
          "cannot listen on " + HOST + ":" + port + " (" + e.getMessage()
              + "); stop the program that has the port, or choose another one with -Dlatchkey.sam.port=PORT");
    }
  }

  void serve(Routes routes, Invoker functions) {
    server.createContext("/", exchange -> {
      try (exchange) {
        answer(exchange, routes, functions).send(exchange);
      }
    });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static HttpAnswer answer(HttpExchange exchange, Routes routes, Invoker functions)
      throws IOException {
    var call = HttpCall.read(exchange);
    if (call.isEmpty()) {
      return HttpAnswer.TOO_LARGE;
    }
    var match = routes.find(call.get().method(), call.get().path());
    if (match.isEmpty()) {
      return HttpAnswer.NOT_FOUND;
    }
    var id = UUID.randomUUID().toString();
    byte[] event = new HttpEvent(call.get(), match.get(), id, Instant.now()).json();
    try {
      return HttpAnswer.of(functions.invoke(match.get().route().function(), event));
    } catch (FunctionFailure e) {
      return e.answer();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Lambda's Invoke. */
  interface Invoker {
    byte[] invoke(String function, byte[] event) throws FunctionFailure;
  }
}
