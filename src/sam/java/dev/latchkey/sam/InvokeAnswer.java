package dev.latchkey.sam;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** What a caller of Lambda's Invoke gets. */
record InvokeAnswer(int status, Map<String, String> headers, byte[] body) {
  private static final byte[] NOTHING = new byte[0];

  static final InvokeAnswer ACCEPTED = new InvokeAnswer(202, Map.of(), NOTHING);
  static final InvokeAnswer POSSIBLE = new InvokeAnswer(204, Map.of(), NOTHING);

  static InvokeAnswer of(byte[] payload) {
    return new InvokeAnswer(200, Map.of(), payload);
  }

  /** The function was there and failed: what it said about it is the payload. */
  static InvokeAnswer of(FunctionFailure failure) {
    if (failure.kind() == FunctionFailure.Kind.BUSY) {
      return error(429, "TooManyRequestsException", "Rate Exceeded.");
    }
    var text = failure.getMessage().getBytes(StandardCharsets.UTF_8);
    var isTold = JsonTrees.parse(text).filter(json -> json.isObject()).isPresent();
    var payload = isTold
        ? text
        : JsonTrees.bytes(JsonTrees.object()
            .put(
                "errorType",
                failure.kind() == FunctionFailure.Kind.TIMEOUT
                    ? "Sandbox.Timedout"
                    : "Runtime.ExitError")
            .put("errorMessage", failure.getMessage()));
    return new InvokeAnswer(200, Map.of("X-Amz-Function-Error", "Unhandled"), payload);
  }

  /** @param type the name of the error in the service's model */
  static InvokeAnswer error(int status, String type, String message) {
    return new InvokeAnswer(
        status,
        Map.of("x-amzn-ErrorType", type),
        JsonTrees.bytes(JsonTrees.object().put("Type", "User").put("message", message)));
  }

  /** @param version of the function that was asked for */
  InvokeAnswer by(String version) {
    var all = new TreeMap<>(headers);
    all.put("X-Amz-Executed-Version", version);
    return new InvokeAnswer(status, all, body);
  }

  void send(HttpExchange exchange) throws IOException {
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }
}
