package dev.latchkey.api;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.Response;

/** What every request of a function goes through before and after {@link WhmFunction#answer}; {@code wire} has it. */
public interface Pipeline {
  /** Answers a request of {@code function}; it never fails. */
  Uni<Response> serve(WhmFunction function, HttpServerRequest request, byte[] body);
}
