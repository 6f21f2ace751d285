package dev.latchkey.sam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Payload format 2.0 as API Gateway writes it. */
class HttpEventTest {
  private static final GatewayRoute ROUTE =
      new GatewayRoute(GatewayRoute.ANY, "/{session}/json-api/version", "Version");

  @Test
  void theCallIsInItsFields() {
    var event = event("a=1&b=x%20y&a=2&c", Map.of("host", List.of("localhost:3000")), "");
    assertThat(event.path("version").asText()).isEqualTo("2.0");
    assertThat(event.path("routeKey").asText()).isEqualTo("ANY /{session}/json-api/version");
    assertThat(event.path("rawPath").asText()).isEqualTo("/s/json-api/version");
    assertThat(event.path("rawQueryString").asText()).isEqualTo("a=1&b=x%20y&a=2&c");
    assertThat(event.path("queryStringParameters"))
        .hasToString("{\"a\":\"1,2\",\"b\":\"x y\",\"c\":\"\"}");
    assertThat(event.path("pathParameters")).hasToString("{\"session\":\"s\"}");
    var context = event.path("requestContext");
    assertThat(context.path("http"))
        .hasToString(
            "{\"method\":\"POST\",\"path\":\"/s/json-api/version\",\"protocol\":\"HTTP/1.1\","
                + "\"sourceIp\":\"127.0.0.1\",\"userAgent\":\"\"}");
    assertThat(context.path("time").asText()).isEqualTo("12/Mar/2020:19:03:58 +0000");
    assertThat(context.path("timeEpoch").asLong()).isEqualTo(1584039838000L);
    assertThat(context.path("domainName").asText()).isEqualTo("localhost");
    assertThat(context.path("stage").asText()).isEqualTo("$default");
    assertThat(context.path("requestId").asText()).isEqualTo("id");
  }

  @Test
  void whatIsNotThereIsNoField() {
    var event = event("", Map.of(), "");
    assertThat(event.has("queryStringParameters")).isFalse();
    assertThat(event.has("cookies")).isFalse();
    assertThat(event.has("body")).isFalse();
    assertThat(event.path("isBase64Encoded").asBoolean(true)).isFalse();
  }

  @Test
  void headersAreJoinedAndCookiesApart() {
    var event = event(
        "",
        Map.of(
            "accept", List.of("a", "b"),
            "cookie", List.of("x=1; y=2", "z=3"),
            "x-forwarded-for", List.of("203.0.113.9")),
        "");
    assertThat(event.path("headers").path("accept").asText()).isEqualTo("a,b");
    assertThat(event.path("headers").path("x-forwarded-for").asText())
        .isEqualTo("203.0.113.9, 127.0.0.1");
    assertThat(event.path("headers").has("cookie")).isFalse();
    assertThat(event.path("cookies")).hasToString("[\"x=1\",\"y=2\",\"z=3\"]");
  }

  @Test
  void onlyTextIsNotBase64() {
    for (var type : List.of("application/json", "text/xml; charset=utf-8", "application/a+json")) {
      var event = event("", Map.of("content-type", List.of(type)), "ä");
      assertThat(event.path("body").asText()).as(type).isEqualTo("ä");
      assertThat(event.path("isBase64Encoded").asBoolean()).isFalse();
    }
    for (var type : List.of("application/x-www-form-urlencoded", "application/octet-stream", "")) {
      var event = event("", Map.of("content-type", List.of(type)), "ä");
      assertThat(event.path("body").asText()).as(type).isEqualTo("w6Q=");
      assertThat(event.path("isBase64Encoded").asBoolean()).isTrue();
    }
  }

  @Test
  void whatIsNoTextDespiteItsTypeIsBase64() {
    var call = call("", Map.of("content-type", List.of("text/plain")), new byte[] {(byte) 0xff});
    assertThat(EventBody.of(call).base64()).isTrue();
  }

  private static JsonNode event(String query, Map<String, List<String>> headers, String body) {
    var json = new HttpEvent(
            call(query, headers, body.getBytes(UTF_8)),
            new Routes.Match(ROUTE, Map.of("session", "s")),
            "id",
            Instant.parse("2020-03-12T19:03:58Z"))
        .json();
    return JsonTrees.parse(json).orElseThrow();
  }

  private static HttpCall call(String query, Map<String, List<String>> headers, byte[] body) {
    return new HttpCall(
        "POST",
        "/s/json-api/version",
        query,
        "HTTP/1.1",
        new TreeMap<>(headers),
        body,
        "127.0.0.1",
        3000);
  }
}
