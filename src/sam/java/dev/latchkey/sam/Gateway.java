package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import dev.latchkey.local.Threads;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** API Gateway's HTTP API for the clients of this machine. */
final class Gateway implements AutoCloseable {
  static final String HOST = "127.0.0.1";

  /** More than API Gateway takes, so that what it does not take is refused with its answer. */
  private static final int MOST_READ = 64 << 10;

  private final ExecutorService threads = Executors.newCachedThreadPool(Threads.daemon("gateway"));
  private final CompletableFuture<Api> api = new CompletableFuture<>();
  private final Vertx vertx;
  private final HttpServer server;

  private Gateway(int port) {
    vertx = Vertx.vertx(new VertxOptions()
        .setEventLoopPoolSize(1)
        .setFileSystemOptions(new FileSystemOptions()
            .setFileCachingEnabled(false)
            .setClassPathResolvingEnabled(false)));
    server = vertx
        .createHttpServer(new HttpServerOptions()
            .setHost(HOST)
            .setPort(port)
            .setHttp2ClearTextEnabled(false)
            .setHandle100ContinueAutomatically(true)
            .setMaxInitialLineLength(MOST_READ)
            .setMaxHeaderSize(MOST_READ))
        .requestHandler(this::read);
  }

  /** Takes the port; whoever calls waits until it is served, by {@link #serve}. */
  static Gateway bind(int port) {
    var gateway = new Gateway(port);
    try {
      gateway.server.listen().toCompletionStage().toCompletableFuture().join();
      return gateway;
    } catch (CompletionException e) {
      gateway.close();
      throw new LocalProblem(
          "cannot listen on " + HOST + ":" + port + " (" + e.getCause().getMessage()
              + "); stop the program that has the port, or choose another one with -Dlatchkey.sam.port=PORT");
    }
  }

  void serve(Routes routes, Invoker functions) {
    api.complete(new Api(routes, functions));
  }

  int port() {
    return server.actualPort();
  }

  private void read(HttpServerRequest request) {
    if (HttpCall.headSize(request) > HttpCall.MOST_HEAD_BYTES) {
      HttpAnswer.HEAD_TOO_LARGE.send(request.response().putHeader("connection", "close"));
      return;
    }
    var body = Buffer.buffer();
    request.handler(part -> {
      if (body.length() <= HttpCall.MOST_BYTES) {
        body.appendBuffer(part);
      }
    });
    request.endHandler(ended -> api.thenAcceptAsync(
        served -> {
          var answer = body.length() > HttpCall.MOST_BYTES
              ? HttpAnswer.TOO_LARGE
              : served.answer(HttpCall.of(request, body.getBytes()));
          answer.send(request.response());
        },
        threads));
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    threads.shutdownNow();
  }

  /** Lambda's Invoke. */
  interface Invoker {
    byte[] invoke(String function, byte[] event) throws FunctionFailure;
  }

  private record Api(Routes routes, Invoker functions) {
    HttpAnswer answer(HttpCall call) {
      var match = routes.find(call.method(), call.path());
      if (match.isEmpty()) {
        return HttpAnswer.NOT_FOUND;
      }
      var id = UUID.randomUUID().toString();
      byte[] event = new HttpEvent(call, match.get(), id, Instant.now()).json();
      try {
        return HttpAnswer.of(functions.invoke(match.get().route().function(), event));
      } catch (FunctionFailure e) {
        return e.answer();
      }
    }
  }
}
