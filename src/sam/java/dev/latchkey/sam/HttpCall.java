package dev.latchkey.sam;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a client sent.
 *
 * @param path decoded, as API Gateway's HTTP API has it
 * @param query as it was sent; empty for none
 * @param headers by lower-case name
 */
record HttpCall(
    String method,
    String path,
    String query,
    String protocol,
    Map<String, List<String>> headers,
    byte[] body,
    String sourceIp,
    int port) {

  /** What API Gateway takes. */
  private static final int MOST_BYTES = 10 << 20;

  /** @return empty where the body is larger than API Gateway takes */
  static Optional<HttpCall> read(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      return Optional.empty();
    }
    var query = exchange.getRequestURI().getRawQuery();
    return Optional.of(new HttpCall(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath(),
        query == null ? "" : query,
        exchange.getProtocol(),
        lowerCase(exchange.getRequestHeaders()),
        body,
        exchange.getRemoteAddress().getAddress().getHostAddress(),
        exchange.getLocalAddress().getPort()));
  }

  /** @return all its values joined as HTTP allows; empty for none */
  String header(String name) {
    return String.join(",", headers.getOrDefault(name, List.of()));
  }

  private static Map<String, List<String>> lowerCase(Headers headers) {
    var lower = new TreeMap<String, List<String>>();
    headers.forEach((name, values) -> lower.put(name.toLowerCase(Locale.ROOT), values));
    return lower;
  }
}
