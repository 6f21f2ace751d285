package dev.latchkey.sam;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The event that API Gateway's HTTP API makes of a call, in payload format 2.0. */
record HttpEvent(HttpCall call, Routes.Match match, String requestId, Instant time) {
  private static final DateTimeFormatter LOG_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String API = "local";

  byte[] json() {
    var event = JsonTrees.object();
    event.put("version", "2.0");
    event.put("routeKey", match.route().key());
    event.put("rawPath", call.path());
    event.put("rawQueryString", call.query());
    addCookies(event);
    addHeaders(event.putObject("headers"));
    putAll(event, "queryStringParameters", queryParameters());
    addContext(event.putObject("requestContext"));
    putAll(event, "pathParameters", match.variables());
    EventBody.of(call).addTo(event);
    return JsonTrees.bytes(event);
  }

  private void addCookies(ObjectNode event) {
    if (call.headers().containsKey("cookie")) {
      var cookies = event.putArray("cookies");
      call.headers().get("cookie").stream()
          .flatMap(line -> Arrays.stream(line.split(";\\s*")))
          .forEach(cookies::add);
    }
  }

  /** Those of the client without its cookies, and those that API Gateway adds. */
  private void addHeaders(ObjectNode headers) {
    call.headers().forEach((name, values) -> headers.put(name, String.join(",", values)));
    headers.remove("cookie");
    var before = call.header("x-forwarded-for");
    headers.put(
        "x-forwarded-for", before.isEmpty() ? call.sourceIp() : before + ", " + call.sourceIp());
    headers.put("x-forwarded-port", Integer.toString(call.port()));
    headers.put("x-forwarded-proto", "http");
    if (!headers.has("content-length")) {
      headers.put("content-length", Integer.toString(call.body().length));
    }
  }

  private void addContext(ObjectNode context) {
    var domain = call.header("host").replaceFirst(":\\d+$", "");
    context.put("accountId", Stack.ACCOUNT);
    context.put("apiId", API);
    context.put("domainName", domain);
    context.put("domainPrefix", domain.replaceFirst("\\..*", ""));
    var http = context.putObject("http");
    http.put("method", call.method());
    http.put("path", call.path());
    http.put("protocol", call.protocol());
    http.put("sourceIp", call.sourceIp());
    http.put("userAgent", call.header("user-agent"));
    context.put("requestId", requestId);
    context.put("routeKey", match.route().key());
    context.put("stage", "$default");
    context.put("time", LOG_TIME.format(time));
    context.put("timeEpoch", time.toEpochMilli());
  }

  /** Decoded; of one that is there again the values are joined. */
  private Map<String, String> queryParameters() {
    var parameters = new LinkedHashMap<String, String>();
    for (var pair : call.query().split("&")) {
      if (!pair.isEmpty()) {
        String[] parts = pair.split("=", 2);
        parameters.merge(
            decoded(parts[0]),
            parts.length > 1 ? decoded(parts[1]) : "",
            (first, next) -> first + "," + next);
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** Nothing where there are none: format 2.0 leaves such fields out. */
  private static void putAll(ObjectNode event, String field, Map<String, String> values) {
    if (!values.isEmpty()) {
      var object = event.putObject(field);
      values.forEach(object::put);
    }
  }
}
