package dev.latchkey.wire;

import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import dev.latchkey.access.Privilege;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The envelope, JSON and XML, API 1 and API 0. */
@QuarkusTest
@WayIn
class AnswerFormsTest extends WhmTest {
  private static final String REQUEST = "[0-9a-z]{8}_[0-9A-Za-z=_-]{8,64}";

  @Test
  void theEnvelopeHasNumbersForItsFlags() {
    var metadata = root().get("version").path("metadata");

    assertThat(metadata.toString())
        .isEqualTo("{\"version\":1,\"command\":\"version\",\"reason\":\"OK\",\"result\":1}");
  }

  @Test
  void jsonIsLabelledAtTheVeryStartAndNotKept() {
    root()
        .raw()
        .get("/json-api/version?api.version=1")
        .then()
        .header("Content-Type", startsWith("application/json"))
        .header("Cache-Control", equalTo("no-store"))
        .header("X-Request-Id", matchesPattern(REQUEST));
  }

  @Test
  void xmlHasTheRootResult() {
    root()
        .raw()
        .get("/xml-api/version?api.version=1")
        .then()
        .statusCode(200)
        .header("Content-Type", startsWith("text/xml"))
        .body("result.metadata.command", equalTo("version"))
        .body("result.metadata.result", equalTo("1"))
        .body("result.data.version", equalTo("11.138.0.6"));
  }

  @Test
  void anUnknownFunctionIsAnsweredWithTheTextThatClientsKnow() {
    assertThat(root().failure("csf_allow"))
        .isEqualTo("Unknown app (\"csf_allow\") requested for this version (1) of the API.");
  }

  @Test
  void functionNamesMindTheirCase() {
    assertThat(root().failure("Version")).startsWith("Unknown app (\"Version\")");
  }

  @Test
  void aMissingPrivilegeIsNamed() {
    assertThat(reseller(LIST_ACCTS).failure("api_token_list"))
        .isEqualTo("Permission denied: api_token_list requires the privilege “manage-api-tokens”.");
  }

  @Test
  void apiZeroIsBare() {
    var client = root();

    assertThat(WhmClient.json(client.raw().get("/json-api/version")).toString())
        .isEqualTo("{\"version\":\"11.138.0.6\"}");
    assertThat(
            WhmClient.json(client.raw().get("/json-api/applist?api.version=0")).toString())
        .isEqualTo(
            "{\"app\":[\"applist\",\"gethostname\",\"myprivs\",\"setacls\",\"setupreseller\",\"version\"]}");
    assertThat(WhmClient.json(client.raw().get("/json-api/gethostname")).toString())
        .isEqualTo("{\"hostname\":\"localhost\"}");
    assertThat(WhmClient.json(client.raw().get("/json-api/myprivs"))
            .at("/privs/all")
            .asInt())
        .isEqualTo(1);
  }

  /** A billing panel takes an answer without {@code status} for success. */
  @ParameterizedTest
  @ValueSource(strings = {"systemloadavg", "suspendacct"})
  void apiZeroKnowsNoOthers(String function) {
    var reason = "Unknown App Requested: " + function;

    assertThat(WhmClient.json(root().raw().get("/json-api/" + function)).toString())
        .isEqualTo("{\"status\":0,\"statusmsg\":\"" + reason + "\",\"error\":\"" + reason + "\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"api_token_list", "api_token_create"})
  void apiZeroTellsWhichFormHasAFunction(String function) {
    var answer = WhmClient.json(root().raw().get("/json-api/" + function));

    assertThat(answer.path("status").asText()).isEqualTo("0");
    assertThat(answer.path("error").asText())
        .startsWith("Unknown App Requested: " + function)
        .contains("api.version=1");
  }

  @Test
  void aFailureInApiZeroHasAStatusToo() {
    var answer =
        WhmClient.json(root().raw().get("/json-api/applist?api.chunk.enable=1&api.chunk.size=0"));

    assertThat(answer.path("status").asText()).isEqualTo("0");
    assertThat(answer.path("statusmsg").asText()).contains("api.chunk.size");
  }

  @Test
  void apiZerosXmlHasTheFunctionsNameAsRoot() {
    root().raw().get("/xml-api/version").then().body("version.version", equalTo("11.138.0.6"));
    root()
        .raw()
        .get("/xml-api/nothing")
        .then()
        .body("nothing.status", equalTo("0"))
        .body("nothing.error", equalTo("Unknown App Requested: nothing"));
  }

  @Test
  void aTokensNameNeverLooksLikeTheTwoFactorPage() {
    var client = reseller(Privilege.MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "tfa_login_form");

    for (var api : new String[] {"json-api", "xml-api"}) {
      var text = client.raw().get("/" + api + "/api_token_list?api.version=1").asString();
      assertThat(text).doesNotContain("tfa_login_form");
    }
    assertThat(client.data("api_token_list").path("tokens").has("tfa_login_form"))
        .isTrue();
  }
}
