package dev.latchkey.wire;

import io.vertx.core.http.HttpServerRequest;

/** Ends a connection: Quarkus sends a Connection header that says so, and leaves it open. */
final class Closing {
  private Closing() {}

  static void afterAnswer(HttpServerRequest http) {
    http.response().putHeader("Connection", "close");
    http.response().endHandler(ended -> http.connection().close());
  }
}
