package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.RawHttp;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests recorded from six clients, sent again byte for byte but for the token. */
@QuarkusTest
@InProcess
@WayIn
class RecordedRequestsTest extends WhmTest {
  private static final List<String> CLIENTS = List.of(
      "cpanel-api",
      "npm-cpanel-lib",
      "npm-cpanel-rest-api",
      "perl-apiclient",
      "perl-publicapi",
      "php-xmlapi-fopen");

  private static final long BEFORE_THE_RECORDED_EXPIRY = 1_795_280_000;

  @Inject
  Fleet fleet;

  @Test
  void everyOneGetsTheRightKindOfAnswer() throws IOException {
    // Root sees every server, so it has several, whatever other tests have left.
    var owner = fleet.owner();
    fleet.server(owner);
    fleet.server(owner);
    var kinds = new ArrayList<String>();
    var run = "r" + System.nanoTime();
    try (var clock = TestClock.stoppedAt(BEFORE_THE_RECORDED_EXPIRY)) {
      for (var client : CLIENTS) {
        for (var request : recorded(client)) {
          var answer = send(request, accounts.root(), run);
          kinds.add(client + ", " + request.path("what").asText() + ": " + kind(answer));
        }
      }
    }
    assertThat(kinds)
        .containsExactlyElementsOf(new String(
                RecordedRequestsTest.class
                    .getResourceAsStream("/requests/kinds.txt")
                    .readAllBytes(),
                StandardCharsets.UTF_8)
            .lines()
            .toList());
  }

  private static JsonNode recorded(String client) throws IOException {
    try (var in = RecordedRequestsTest.class.getResourceAsStream("/requests/" + client + ".json")) {
      return WhmClient.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .path("requests");
    }
  }

  private static String send(JsonNode request, Account account, String run) {
    var body = request
        .path("body")
        .asText()
        .replace("RUN", run)
        .replace("PASSWORD", account.token().reveal());
    var head = new StringBuilder(request.path("method").asText() + " "
        + request.path("url").asText().replace("RUN", run) + " HTTP/1.1\r\n");
    request.path("headers").properties().forEach(header -> {
      switch (header.getKey()) {
        case "host", "connection" -> {}
        case "content-length" ->
          head.append("content-length: ").append(body.length()).append("\r\n");
        default ->
          head.append(header.getKey())
              .append(": ")
              .append(
                  header.getValue().asText().replace("TOKEN", account.token().reveal()))
              .append("\r\n");
      }
    });
    return RawHttp.send(head.toString(), body);
  }

  /** Status, form, result and the beginning of what there is to say. */
  private static String kind(String answer) {
    var status = answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
    var body = answer.substring(answer.indexOf("\r\n\r\n") + 4).replaceAll("\r\n[0-9a-f]*\r\n", "");
    var json = body.indexOf('{');
    if (body.contains("<?xml")) {
      return status + " xml " + body.replaceAll("(?s).*<reason>(.*)</reason>.*", "$1");
    }
    if (json < 0) {
      return status + " " + body.lines().findFirst().orElse("");
    }
    var tree = WhmClient.parse(body.substring(json, body.lastIndexOf('}') + 1));
    if (tree.has("metadata")) {
      return status + " result " + tree.at("/metadata/result") + " "
          + tree.at("/metadata/reason")
              .asText()
              .replaceAll("\\(XID [a-z2-9]{6}\\)", "(XID)")
              .replaceAll("such as “.*”", "such as “…”");
    }
    return status + " " + tree.fieldNames().next();
  }
}
