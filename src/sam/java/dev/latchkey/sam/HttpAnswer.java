package dev.latchkey.sam;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the client gets for what a function answered, in payload format 2.0. */
record HttpAnswer(int status, List<Map.Entry<String, String>> headers, byte[] body) {
  private static final String CONTENT_TYPE = "content-type";

  /** Of one connection alone, and made anew for this one. */
  private static final Set<String> HOP_BY_HOP =
      Set.of("connection", "content-length", "keep-alive", "transfer-encoding", "upgrade");

  static final HttpAnswer NOT_FOUND = message(404, "Not Found");
  static final HttpAnswer TOO_LARGE = message(413, "Request Entity Too Large");
  /** AWS documents the limit, and not what is answered beyond it. */
  static final HttpAnswer HEAD_TOO_LARGE = message(431, "Request Header Fields Too Large");

  static final HttpAnswer FAULT = message(500, "Internal Server Error");
  static final HttpAnswer UNAVAILABLE = message(503, "Service Unavailable");

  /** One of API Gateway's own. */
  private static HttpAnswer message(int status, String message) {
    return new HttpAnswer(
        status,
        List.of(Map.entry(CONTENT_TYPE, "application/json")),
        JsonTrees.bytes(JsonTrees.object().put("message", message)));
  }

  static HttpAnswer of(byte[] answer) {
    var parsed = JsonTrees.parse(answer);
    if (parsed.isEmpty()) {
      return FAULT;
    }
    var json = parsed.get();
    if (!json.has("statusCode")) {
      return new HttpAnswer(200, List.of(Map.entry(CONTENT_TYPE, "application/json")), answer);
    }
    try {
      var status = json.get("statusCode").asInt();
      return status < 100 || status > 599
          ? FAULT
          : new HttpAnswer(status, headers(json), body(json));
    } catch (IllegalArgumentException noBase64) {
      return FAULT;
    }
  }

  private static List<Map.Entry<String, String>> headers(JsonNode json) {
    var headers = new ArrayList<Map.Entry<String, String>>();
    json.path("headers")
        .properties()
        .forEach(one -> add(headers, one.getKey(), one.getValue().asText()));
    json.path("multiValueHeaders")
        .properties()
        .forEach(
            one -> one.getValue().forEach(value -> add(headers, one.getKey(), value.asText())));
    json.path("cookies").forEach(cookie -> add(headers, "set-cookie", cookie.asText()));
    if (headers.stream().noneMatch(one -> one.getKey().equals(CONTENT_TYPE))) {
      add(headers, CONTENT_TYPE, "text/plain;charset=UTF-8");
    }
    return headers;
  }

  private static void add(List<Map.Entry<String, String>> headers, String name, String value) {
    var lower = name.toLowerCase(Locale.ROOT);
    if (!HOP_BY_HOP.contains(lower)) {
      headers.add(Map.entry(lower, value));
    }
  }

  private static byte[] body(JsonNode json) {
    var body = json.path("body").asText("");
    return json.path("isBase64Encoded").asBoolean()
        ? Base64.getDecoder().decode(body)
        : body.getBytes(StandardCharsets.UTF_8);
  }

  void send(HttpServerResponse response) {
    if (response.closed()) {
      return; // The client does not wait any more.
    }
    headers.forEach(one -> response.headers().add(one.getKey(), one.getValue()));
    response.setStatusCode(status);
    if (status == 204 || status == 304) {
      response.end();
    } else {
      response.end(Buffer.buffer(body));
    }
  }
}
