package dev.latchkey.wire;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.settings.Release;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** A call is found by its id, its user, its token or its address, and the line says what came of it. */
@QuarkusTest
@InProcess
@WayIn
class CallLineTest extends WhmTest {
  private Account account;
  private WhmClient client;

  @BeforeEach
  void caller() {
    account = accounts.reseller(MANAGE_API_TOKENS);
    client = WhmClient.of(account);
  }

  @AfterEach
  void noMoreFaults() {
    SdkProbe.reset();
  }

  @Test
  void aCallThatIsDone() {
    try (var log = LogLines.capture()) {
      SdkProbe.reset();
      var id = id(client.raw().get("/json-api/version?api.version=1"));

      var line = only(log, id);
      assertThat(line.path("outcome").asText()).isEqualTo("done");
      assertThat(line.path("function").asText()).isEqualTo("version");
      assertThat(line.path("user").asText()).isEqualTo(account.user());
      assertThat(line.path("token").asText()).isEqualTo(account.token().digest().substring(0, 16));
      assertThat(line.path("source").asText()).isNotEmpty();
      assertThat(line.path("release").asText()).isEqualTo(Release.NAME);
      assertThat(line.path("ms").isIntegralNumber()).isTrue();
      assertThat(line.path("requests").asInt())
          .isEqualTo(SdkProbe.requests().size())
          .isEqualTo(2);
      assertThat(line.has("reason")).isFalse();
    }
  }

  @Test
  void aRefusalHasItsReasonAndXid() {
    try (var log = LogLines.capture()) {
      var response = client.raw().get("/json-api/api_token_create?api.version=1&token_name=a+b");
      var reason = WhmClient.reasonOfFailure(WhmClient.json(response));

      var line = only(log, id(response));
      assertThat(line.path("outcome").asText()).isEqualTo("refused");
      assertThat(line.path("reason").asText()).isEqualTo(reason).contains("(XID ");
    }
  }

  @Test
  void aDenialHasItsCauseAndNobodysName() {
    try (var log = LogLines.capture()) {
      var response = given().header("Authorization", "whm root:x").get("/json-api/version");

      var line = only(log, id(response));
      assertThat(line.path("outcome").asText()).isEqualTo("denied");
      assertThat(line.path("reason").asText()).contains("not the form or the checksum of a token");
      assertThat(line.has("user") || line.has("token")).isFalse();
      assertThat(line.path("source").asText()).isNotEmpty();
    }
  }

  @Test
  void aFaultLeadsToItsCause() {
    try (var log = LogLines.capture()) {
      SdkProbe.failBefore(request -> request instanceof QueryRequest
          ? Optional.of(new IllegalStateException("the cause"))
          : Optional.empty());
      var response = client.raw().get("/json-api/api_token_list?api.version=1");
      SdkProbe.reset();

      assertThat(response.statusCode()).isEqualTo(500);
      var line = only(log, id(response));
      assertThat(line.path("outcome").asText()).isEqualTo("failed");
      var xid = line.path("reason").asText().replaceFirst("(?s).*(\\(XID \\w+\\)).*", "$1");
      assertThat(log.about(xid)).anyMatch(text -> text.contains("the cause"));
    }
  }

  @Test
  void eachCommandOfABatchHasItsLine() {
    try (var log = LogLines.capture()) {
      var id = id(client
          .raw()
          .get("/json-api/batch?api.version=1&command=version&command=api_token_list"
              + "&command=no%0Asuch&command=fleet_server_list"));

      var lines = lines(log, id);
      assertThat(lines.stream().map(line -> line.path("id").asText()))
          .containsExactly(id + ".0", id + ".1", id + ".2", id + ".3", id);
      assertThat(lines.stream().map(line -> line.path("outcome").asText()))
          .containsExactly("done", "done", "refused", "refused", "done");
      assertThat(lines.stream().map(line -> line.path("function").asText()))
          .containsExactly(
              "version", "api_token_list", "no\uFFFDsuch", "fleet_server_list", "batch");
      assertThat(lines).allMatch(line -> line.path("user").asText().equals(account.user()));
      assertThat(lines.get(1).path("requests").asInt()).isPositive();
      assertThat(lines.get(4).path("requests").asInt())
          .isEqualTo(2
              + lines.subList(0, 4).stream()
                  .mapToInt(line -> line.path("requests").asInt())
                  .sum());
    }
  }

  @Test
  void fromAnAddressToItsCalls() {
    try (var log = LogLines.capture()) {
      var done = client.raw().get("/json-api/version?api.version=1");
      var source = only(log, id(done)).path("source").asText();
      var denied = given().get("/json-api/version");

      var found = log.all().stream()
          .filter(line -> line.startsWith("{"))
          .map(WhmClient::parse)
          .filter(line -> line.path("source").asText().equals(source))
          .map(line -> line.path("id").asText())
          .toList();
      assertThat(found).contains(id(done), id(denied));
    }
  }

  /** Wherever a caller puts a token, it is neither repeated nor logged nor kept. */
  @Test
  void aTokenInTheWrongPlaceIsHidden() {
    var secret = account.token().reveal();
    try (var log = LogLines.capture()) {
      for (var call : List.of(
          secret + "?api.version=1",
          "api_token_revoke?api.version=1&token_name=" + secret,
          "api_token_create?api.version=1&token_name=" + secret,
          "api_token_create?api.version=1&token_name=a&acl=" + secret,
          "api_token_create?api.version=1&token_name=a&" + secret + "=1&whitelist_ip=" + secret,
          "version?api.version=1&api.filter.enable=1&api.filter.a.field=a&api.filter.a.type="
              + secret,
          "version?api.version=" + secret,
          "batch?api.version=1&command=" + secret)) {
        assertThat(client.raw().get("/json-api/" + call).asString())
            .as(call)
            .doesNotContain(secret);
      }

      assertThat(log.all()).isNotEmpty().noneMatch(line -> line.contains(secret));
    }
    assertThat(client.data("audit_list").toString()).doesNotContain(secret);
  }

  @Test
  void aClientCannotChooseItsId() {
    var chosen = "chosen-by-a-client";

    assertThat(id(client.raw().header("X-Request-Id", chosen).get("/json-api/version")))
        .isNotEqualTo(chosen);
  }

  private static String id(Response response) {
    return response.header("X-Request-Id");
  }

  private static JsonNode only(LogLines log, String id) {
    var lines = lines(log, id);
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }

  private static List<JsonNode> lines(LogLines log, String id) {
    return log.about(id).stream()
        .filter(line -> line.startsWith("{"))
        .map(WhmClient::parse)
        .toList();
  }
}
