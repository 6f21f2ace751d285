package dev.latchkey.wire;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.access.AddressList;
import dev.latchkey.access.AddressRange;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.ClosedGate;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.InternalGate;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events as API Gateway's HTTP API makes them (payload format 2.0), handed to the function as they are. */
@QuarkusTest
@InProcess
@EnabledIfSystemProperty(
    named = "lambda",
    matches = ".*",
    disabledReason = "there are no events without a gateway")
@WayIn
class GatewayEventTest extends WhmTest {
  private static final String SOURCE = "192.0.2.7";

  @Test
  void aFormThatTheGatewayEncodedInBase64IsRead() {
    var answer = send(accounts.root(), SOURCE, "api.version=1&ignored=\u00e9");

    assertThat(WhmClient.parse(answer.path("body").asText()).at("/data/version").asText())
        .isEqualTo("11.138.0.6");
  }

  @Test
  void theBodyOfAGetIsRefused() {
    var body = "api.version=1".getBytes(StandardCharsets.US_ASCII);
    var event = event("/json-api/version", accounts.root(), SOURCE, body);
    ((ObjectNode) event.at("/requestContext/http")).put("method", "GET");

    var answer = WhmClient.parse(send(event.toString()).path("body").asText());

    assertThat(WhmClient.reasonOfFailure(answer)).contains("The body of a GET is not read");
  }

  @Test
  void anEmptyBodyOfAGetIsNone() {
    var event = event("/json-api/version", accounts.root(), SOURCE, new byte[0]);
    event.put("rawQueryString", "api.version=1");
    ((ObjectNode) event.at("/requestContext/http")).put("method", "GET");

    assertThat(WhmClient.parse(send(event.toString()).path("body").asText())
            .at("/data/version")
            .asText())
        .isEqualTo("11.138.0.6");
  }

  @Test
  void bytesThatAreNoUtf8ComeThroughAsTheyAreAndAreRefused() {
    var body = "api.version=1&a=\u00e9".getBytes(StandardCharsets.ISO_8859_1);

    var answer =
        WhmClient.parse(send(accounts.root(), SOURCE, body).path("body").asText());

    assertThat(WhmClient.reasonOfFailure(answer)).contains("not UTF-8");
  }

  @Test
  void theAddressIsThatOfTheRequestContext() {
    var account = accounts.reseller();
    var list = new AddressList(List.of(AddressRange.parse(SOURCE)));
    var scope =
        new Scope(Privileges.NONE, Optional.empty(), Optional.of(list), OptionalLong.empty());
    var listed = account.with(accounts.token(account.user(), "listed", scope));

    assertThat(send(listed, SOURCE, "api.version=1").path("statusCode").asInt()).isEqualTo(200);
    assertThat(
            send(listed, "::ffff:" + SOURCE, "api.version=1").path("statusCode").asInt())
        .isEqualTo(200);
    assertThat(send(listed, "192.0.2.8", "api.version=1").path("statusCode").asInt())
        .isEqualTo(403);
  }

  /** The gateway appends the address that it sees, the proxy's, to what the proxy wrote. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "198.51.100.10|192.0.2.7|200",
        "198.51.100.10|192.0.2.7, 198.51.100.10|200",
        "198.51.100.20|192.0.2.7, 198.51.100.20|200",
        "198.51.100.10|::ffff:192.0.2.7|200",
        "198.51.100.10|192.0.2.7, 203.0.113.1, 198.51.100.10|403",
        "198.51.100.10|unknown|403",
        "198.51.100.10|192.0.2.7, unknown|403",
        "198.51.100.9|192.0.2.7|403",
        "203.0.113.1|192.0.2.7, 198.51.100.10|403"
      })
  void onlyATrustedProxySaysWhoCalls(String source, String forwarded, int status) {
    var account = accounts.reseller();
    var list = new AddressList(List.of(AddressRange.parse(SOURCE)));
    var scope =
        new Scope(Privileges.NONE, Optional.empty(), Optional.of(list), OptionalLong.empty());
    var listed = account.with(accounts.token(account.user(), "listed", scope));
    var event = event("/json-api/version", listed, source, new byte[0]);
    event.put("rawQueryString", "api.version=1");
    ((ObjectNode) event.path("headers")).put("x-forwarded-for", forwarded);

    try (var log = LogLines.capture()) {
      var answer = send(event.toString());

      assertThat(answer.path("statusCode").asInt()).isEqualTo(status);
      if (status == 200) {
        assertThat(log.about(answer.at("/headers/X-Request-Id").asText()))
            .anyMatch(line -> line.contains("\"source\":\"192.0.2.7\""));
      }
    }
  }

  /** So that API Gateway's access log and ours name a call alike. */
  @Test
  void theIdIsThatOfTheRequestContextWhateverTheClientSends() {
    var event = event("/json-api/version", accounts.root(), SOURCE, new byte[0]);
    ((ObjectNode) event.path("requestContext")).put("requestId", "RW_V4i0ioAMESd-=");
    ((ObjectNode) event.path("headers")).put("x-request-id", "chosen-by-a-client");

    assertThat(requestId(event)).matches("[0-9a-z]{8}_RW_V4i0ioAMESd-=");

    for (var other : List.of("", "a\r\nb: 2", "x".repeat(65))) {
      ((ObjectNode) event.path("requestContext")).put("requestId", other);
      assertThat(requestId(event)).matches("[0-9a-z]{8}_[0-9a-f]{32}");
    }
  }

  private String requestId(ObjectNode event) {
    return send(event.toString()).at("/headers/X-Request-Id").asText();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        "[]",
        "7",
        "\"hello\"",
        // EventBridge
        "{\"version\":\"0\",\"detail-type\":\"Scheduled Event\",\"source\":\"aws.events\",\"detail\":{}}",
        // API Gateway's payload format 1.0
        "{\"version\":\"1.0\",\"path\":\"/json-api/version\",\"httpMethod\":\"GET\","
            + "\"requestContext\":{\"httpMethod\":\"GET\"}}",
        // SQS
        "{\"Records\":[{\"messageId\":\"1\",\"body\":\"x\"}]}",
        "{\"rawPath\":{\"a\":[1]},\"requestContext\":{\"http\":{\"method\":\"GET\"}}}",
        "{\"rawPath\":\"relative\",\"requestContext\":{\"http\":{\"method\":\"GET\"}}}",
        "{\"rawPath\":\"/json-api/version\",\"requestContext\":\"none\"}",
        // What no gateway lets through
        "{\"rawPath\":\"/\",\"requestContext\":{\"http\":{\"method\":\"G T\"}}}",
        "{\"rawPath\":\"/\",\"requestContext\":{\"http\":{\"method\":\"\"}}}",
        "{\"rawPath\":\"/\",\"requestContext\":{\"http\":{\"method\":\"GET\"}},"
            + "\"headers\":{\"a\":\"1\\r\\nb: 2\"}}",
        "{\"rawPath\":\"/\",\"requestContext\":{\"http\":{\"method\":\"GET\"}},"
            + "\"headers\":{\"a b\":\"1\"}}",
        "{\"rawPath\":\"/\",\"requestContext\":{\"http\":{\"method\":\"GET\"}},"
            + "\"cookies\":[\"a\\r\\nb\"]}",
        "{\"rawPath\":\"/\",\"requestContext\":{\"http\":{\"method\":\"POST\"}},"
            + "\"body\":\"***\",\"isBase64Encoded\":true}"
      })
  void anotherEventIsRefusedAndLogged(String event) {
    try (var log = LogLines.capture()) {
      var answer = send(event);

      var reason = WhmClient.reasonOfFailure(WhmClient.parse(answer.path("body").asText()));
      assertThat(answer.path("statusCode").asInt()).isEqualTo(400);
      assertThat(answer.at("/headers/Content-Security-Policy").asText())
          .isEqualTo("default-src 'none'; sandbox");
      assertThat(answer.at("/headers/X-Content-Type-Options").asText()).isEqualTo("nosniff");
      assertThat(reason)
          .contains("not an event of API Gateway's HTTP API in payload format 2.0")
          .containsPattern("\\(XID [a-z2-9]{6}\\)");
      assertThat(log.about(reason.substring(reason.indexOf("(XID")))).hasSize(1);
    }
  }

  /** And so they cannot keep a call from being read. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"isBase64Encoded\":\"maybe\"}",
        "{\"headers\":{\"a\":null}}",
        "{\"headers\":7,\"cookies\":{},\"queryStringParameters\":\"a\"}",
        "{\"requestContext\":{\"timeEpoch\":\"noon\",\"http\":"
            + "{\"method\":\"GET\",\"sourceIp\":\"192.0.2.7\"}}}"
      })
  void membersOfAnotherTypeAreAsThoughTheyWereNotThere(String members) {
    var event = (ObjectNode)
        WhmClient.parse("{\"rawPath\":\"/json-api/version\",\"requestContext\":{\"http\":"
            + "{\"method\":\"GET\",\"sourceIp\":\"192.0.2.7\"}}}");
    event.setAll((ObjectNode) WhmClient.parse(members));

    assertThat(send(event.toString()).path("statusCode").asInt()).isEqualTo(403);
  }

  /** API Gateway has decoded the path. */
  @ParameterizedTest
  @ValueSource(strings = {"a b", "é", "100%", "%41", "a?b", "a#b", "a|b", "\n", "\ud800"})
  void aPathWithAnyCharacterIsAnUnknownFunction(String name) {
    var answer = send(event(
            "/json-api/" + name,
            accounts.root(),
            SOURCE,
            "api.version=1".getBytes(StandardCharsets.US_ASCII))
        .toString());

    assertThat(answer.path("statusCode").asInt()).isEqualTo(200);
    assertThat(WhmClient.reasonOfFailure(WhmClient.parse(answer.path("body").asText())))
        .startsWith("Unknown app");
  }

  /** Only who may invoke the function itself gets through, as an operator does while the table is restored. */
  @Test
  void whileItIsClosedNothingOfTheGatewayIsLetThrough() {
    var event = event("/json-api/version", accounts.root(), SOURCE, new byte[0]);
    event.put("rawQueryString", "api.version=1");
    ClosedGate.set(true);
    assertThat(send(event.toString()).path("statusCode").asInt()).isEqualTo(200);

    ((ObjectNode) event.path("requestContext")).put("apiId", "a1b2c3");
    var answer = send(event.toString());

    assertThat(answer.path("statusCode").asInt()).isEqualTo(503);
    assertThat(WhmClient.reasonOfFailure(WhmClient.parse(answer.path("body").asText())))
        .contains("closed while its table is restored");
    assertThat(send("{}").path("statusCode").asInt()).isEqualTo(503);
    ClosedGate.set(false);
    assertThat(send(event.toString()).path("statusCode").asInt()).isEqualTo(200);
  }

  @Test
  void whileItIsClosedTheReconcilerRestsAndTheBootstrapDoesNot() {
    ClosedGate.set(true);
    for (var function : List.of("reconcile", "bootstrap")) {
      InternalGate.become(function);
      var event = event("/internal/" + function, accounts.root(), SOURCE, new byte[0]);

      assertThat(send(event.toString()).path("statusCode").asInt())
          .as(function)
          .isEqualTo(function.equals("reconcile") ? 503 : 200);
    }
  }

  @AfterEach
  void openAgain() {
    ClosedGate.set(false);
    InternalGate.serveFunctions();
  }

  private static JsonNode send(Account account, String source, String form) {
    return send(account, source, form.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode send(Account account, String source, byte[] form) {
    return send(event("/json-api/version", account, source, form).toString());
  }

  private static JsonNode send(String event) {
    return WhmClient.json(given().contentType("application/json").body(event).post("/_lambda_"));
  }

  private static ObjectNode event(String path, Account account, String source, byte[] form) {
    var event = JsonNodeFactory.instance.objectNode();
    event.put("version", "2.0").put("routeKey", "$default");
    event.put("rawPath", path).put("rawQueryString", "");
    event
        .putObject("headers")
        .put("authorization", account.authorization())
        .put("content-type", "application/octet-stream")
        .put("x-forwarded-for", "198.51.100.1");
    event
        .putObject("requestContext")
        .putObject("http")
        .put("method", "POST")
        .put("path", path)
        .put("protocol", "HTTP/1.1")
        .put("sourceIp", source);
    event.put("body", Base64.getEncoder().encodeToString(form)).put("isBase64Encoded", true);
    return event;
  }
}
