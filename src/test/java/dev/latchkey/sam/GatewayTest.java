package dev.latchkey.sam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.local.LocalProblem;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Over a socket, with functions that are lambdas of Java's. */
class GatewayTest {
  private final Gateway gateway = Gateway.bind(0);

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void theEventGoesToTheRoutesFunctionAndItsAnswerBack() throws Exception {
    serve((function, event) -> answer(function + " "
        + JsonTrees.parse(event).orElseThrow().path("rawPath").asText()
        + " " + JsonTrees.parse(event).orElseThrow().path("body").asText()));
    var answer = call("/a%20b", "x=1");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("Fn /a b eD0x");
    assertThat(answer.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
  }

  @Test
  void whatGoesWrongHasApiGatewaysAnswer() throws Exception {
    serve((function, event) -> {
      throw new FunctionFailure(FunctionFailure.Kind.TIMEOUT, "late");
    });
    var late = call("/a%20b", "");
    assertThat(late.statusCode()).isEqualTo(503);
    assertThat(late.body()).isEqualTo("{\"message\":\"Service Unavailable\"}");
    assertThat(call("/other", "").body()).isEqualTo("{\"message\":\"Not Found\"}");
    assertThat(call("/a%20b", "x".repeat((10 << 20) + 1)).statusCode()).isEqualTo(413);
  }

  /** Java's own client would refuse to send it. */
  @Test
  void whatCannotBeDecodedReachesTheFunctionAsItWasSent() throws Exception {
    gateway.serve(
        new Routes(List.of(new GatewayRoute(GatewayRoute.ANY, GatewayRoute.DEFAULT, "Fn"))),
        (function, event) -> {
          var json = JsonTrees.parse(event).orElseThrow();
          return answer(
              json.path("rawPath").asText() + " " + json.path("rawQueryString").asText());
        });
    assertThat(raw("GET /a%zz+b?c=%zz&d=%41 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("/a%zz+b c=%zz&d=%41");
  }

  @Test
  void aHeadHasApiGatewaysBound() throws Exception {
    serve((function, event) -> answer("done"));
    var start = "GET /a%20b?";
    var rest = " HTTP/1.1\r\nConnection: close\r\nHost: a\r\nB: ";
    var left = 10_240 - (start + " HTTP/1.1" + "close" + "a").length();
    for (var inHeader : new int[] {left, left / 2, 0}) {
      var query = "x".repeat(left - inHeader);
      assertThat(raw(start + query + rest + "y".repeat(inHeader) + "\r\n\r\n"))
          .startsWith("HTTP/1.1 200 ");
      assertThat(raw(start + "x" + query + rest + "y".repeat(inHeader) + "\r\n\r\n"))
          .startsWith("HTTP/1.1 431 ")
          .endsWith("{\"message\":\"Request Header Fields Too Large\"}");
    }
  }

  @Test
  void whoCallsBeforeItIsServedWaits() throws Exception {
    var early = CompletableFuture.supplyAsync(() -> {
      try {
        return call("/a%20b", "x=1").body();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
    serve((function, event) -> answer("served"));
    assertThat(early.get(20, TimeUnit.SECONDS)).isEqualTo("served");
  }

  @Test
  void anAnswerThatIsNoneIsAFault() throws Exception {
    serve((function, event) ->
        "{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"?\"}".getBytes(UTF_8));
    assertThat(call("/a%20b", "").statusCode()).isEqualTo(500);
  }

  @Test
  void aPortInUseIsOneSentence() {
    assertThatThrownBy(() -> Gateway.bind(gateway.port()))
        .isInstanceOf(LocalProblem.class)
        .hasMessageContaining("-Dlatchkey.sam.port");
  }

  private void serve(Gateway.Invoker functions) {
    gateway.serve(new Routes(List.of(new GatewayRoute(GatewayRoute.ANY, "/a b", "Fn"))), functions);
  }

  private static byte[] answer(String body) {
    var json = JsonTrees.object().put("statusCode", 200).put("body", body);
    json.putArray("cookies").add("a=1").add("b=2");
    return JsonTrees.bytes(json);
  }

  private String raw(String request) throws IOException {
    try (var socket = new Socket("127.0.0.1", gateway.port())) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private HttpResponse<String> call(String path, String body)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }
}
