package dev.latchkey.wire;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.latchkey.access.AddressList;
import dev.latchkey.access.AddressRange;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Events as API Gateway's HTTP API makes them (payload format 2.0), handed to the function as they are. */
@QuarkusTest
@InProcess
@EnabledIfSystemProperty(
    named = "lambda",
    matches = ".*",
    disabledReason = "there are no events without a gateway")
class GatewayEventTest extends WhmTest {
  private static final String SOURCE = "192.0.2.7";

  @Test
  void aFormThatTheGatewayEncodedInBase64IsRead() {
    var answer = send(accounts.root(), SOURCE, "api.version=1&ignored=\u00e9");

    assertThat(WhmClient.parse(answer.path("body").asText()).at("/data/version").asText())
        .isEqualTo("11.138.0.6");
  }

  @Test
  void bytesThatAreNoUtf8ComeThroughAsTheyAreAndAreRefused() {
    var body = "api.version=1&a=\u00e9".getBytes(StandardCharsets.ISO_8859_1);

    var answer =
        WhmClient.parse(send(accounts.root(), SOURCE, body).path("body").asText());

    assertThat(WhmClient.reasonOfFailure(answer)).contains("no UTF-8");
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

  private static JsonNode send(Account account, String source, String form) {
    return send(account, source, form.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode send(Account account, String source, byte[] form) {
    var event = JsonNodeFactory.instance.objectNode();
    event.put("version", "2.0").put("routeKey", "ANY /json-api/version");
    event.put("rawPath", "/json-api/version").put("rawQueryString", "");
    event
        .putObject("headers")
        .put("authorization", account.authorization())
        .put("content-type", "application/octet-stream")
        .put("x-forwarded-for", "198.51.100.1");
    event
        .putObject("requestContext")
        .putObject("http")
        .put("method", "POST")
        .put("path", "/json-api/version")
        .put("protocol", "HTTP/1.1")
        .put("sourceIp", source);
    event.put("body", Base64.getEncoder().encodeToString(form)).put("isBase64Encoded", true);
    return WhmClient.json(
        given().contentType("application/json").body(event.toString()).post("/_lambda_"));
  }
}
