package dev.latchkey.sam;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a client sent.
 *
 * @param path decoded, as API Gateway's HTTP API has it, where it can be
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
  static final int MOST_BYTES = 10 << 20;

  /** "Total combined size of request line and header values" in API Gateway's quotas for HTTP APIs. */
  static final int MOST_HEAD_BYTES = 10_240;

  static HttpCall of(HttpServerRequest request, byte[] body) {
    var uri = request.uri();
    var mark = uri.indexOf('?');
    return new HttpCall(
        request.method().name(),
        decoded(mark < 0 ? uri : uri.substring(0, mark)),
        mark < 0 ? "" : uri.substring(mark + 1),
        "HTTP/1.1",
        lowerCase(request.headers()),
        body,
        request.remoteAddress().hostAddress(),
        request.localAddress().port());
  }

  static int headSize(HttpServerRequest request) {
    var line = request.method().name() + " " + request.uri() + " HTTP/1.1";
    return line.length()
        + request.headers().entries().stream()
            .mapToInt(header -> header.getValue().length())
            .sum();
  }

  /** What cannot be decoded goes on as it is: the function answers it, and not we. */
  private static String decoded(String path) {
    try {
      return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return path;
    }
  }

  /** @return all its values joined as HTTP allows; empty for none */
  String header(String name) {
    return String.join(",", headers.getOrDefault(name, List.of()));
  }

  private static Map<String, List<String>> lowerCase(MultiMap headers) {
    var lower = new TreeMap<String, List<String>>();
    headers.names().forEach(name -> lower.put(name.toLowerCase(Locale.ROOT), headers.getAll(name)));
    return lower;
  }
}
