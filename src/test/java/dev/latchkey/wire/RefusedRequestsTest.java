package dev.latchkey.wire;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.latchkey.access.Privilege;
import dev.latchkey.testing.RawHttp;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets a sentence. */
@QuarkusTest
@WayIn
class RefusedRequestsTest extends WhmTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "api.version=1&api.version=1 given_2_times",
        "api.version=-1 “-1”_is_not_served",
        "api.version=1.1 “1.1”_is_not_served",
        "api.version=one “one”_is_not_served",
        "api.version=1&a=%ff not_UTF-8",
        "api.version=1&api.filter.enable=1&api.filter.a.field=x&api.filter.a.type=ends api.filter.a.type",
        "api.version=1&api.chunk.enable=1&api.chunk.size=0 api.chunk.size",
      })
  void aQueryThatMakesNoSenseIsNamed(String query, String reason) {
    var answer = WhmClient.json(root().raw().get("/json-api/version?" + query));

    assertThat(WhmClient.reasonOfFailure(answer)).contains(reason.replace('_', ' '));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"api.version\":1, | not valid JSON",
        "[1] | not a JSON object",
        "{\"api.version\":1,\"api.version\":1} | api.version: is in the JSON body twice",
        "{\"a\":{\"b\":1}} | a: a nested value is not read",
      })
  void aJsonBodyThatCannotBeReadIsRefused(String body, String reason) {
    assertThat(WhmClient.reasonOfFailure(root().postJson("version", body))).contains(reason);
  }

  /** It may have been meant for API 0, whose clients take the absence of a status for success. */
  @Test
  void whatCannotBeReadAndNamesNoVersionIsRefusedInBothForms() {
    var unread = WhmClient.json(root().raw().get("/json-api/version?a=%ff"));

    assertThat(unread.at("/metadata/result").asInt(1)).isZero();
    assertThat(unread.path("status").asInt(1)).isZero();
    assertThat(unread.path("statusmsg").asText())
        .isEqualTo(unread.at("/metadata/reason").asText())
        .contains("not UTF-8");
    assertThat(root().postJson("version", "{\"api.version\":1,").has("status")).isFalse();
    assertThat(root().raw().get("/xml-api/version?a=%ff").asString())
        .contains("<result><metadata>", "<result>0</result>", "<status>0</status>", "<error>");
  }

  @Test
  void aBodyAbove64KiBIsRefused() {
    var most = "api.version=1&pad=" + "x".repeat(64 * 1024 - "api.version=1&pad=".length());

    assertThat(WhmClient.json(root().raw().body(most).post("/json-api/version"))
            .at("/metadata/result")
            .asInt())
        .isEqualTo(1);
    assertThat(WhmClient.reasonOfFailure(
            WhmClient.json(root().raw().body(most + "x").post("/json-api/version"))))
        .contains("65537 bytes", "at most 65536");
  }

  @Test
  void moreThan500ArgumentsAreRefused() {
    var most = "api.version=1" + "&a=1".repeat(499);

    assertThat(WhmClient.json(root().raw().body(most).post("/json-api/version"))
            .at("/metadata/result")
            .asInt())
        .isEqualTo(1);
    assertThat(WhmClient.reasonOfFailure(
            WhmClient.json(root().raw().body(most + "&a=1").post("/json-api/version"))))
        .contains("more than 500 arguments");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%zz", "a=%", "a=%4", "%zz=1"})
  void anEscapeThatIsNoneIsNamed(String form) {
    var answer =
        WhmClient.json(root().raw().body("api.version=1&" + form).post("/json-api/version"));

    assertThat(WhmClient.reasonOfFailure(answer))
        .contains("not followed by two hexadecimal digits");
  }

  /** The HTTP server says so before anything of ours is asked. */
  @Test
  void aQueryThatIsNoUriIsABadRequest() {
    assertThat(RawHttp.send("GET /json-api/version?a=%zz HTTP/1.1\r\n" + root().header(), ""))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void aContentTypeThatIsNoneIsNoReasonNotToReadAForm() {
    var answer = RawHttp.send(
        "POST /json-api/version HTTP/1.1\r\nContent-Length: 13\r\nContent-Type: ;;;\r\n"
            + root().header(),
        "api.version=1");

    assertThat(answer).startsWith("HTTP/1.1 200").contains("\"result\":1");
  }

  @Test
  void invalidUtf8InABodyIsRefused() {
    var answer = RawHttp.send(
        "POST /json-api/version HTTP/1.1\r\nContent-Length: 15\r\n" + root().header(),
        "api.version=1&\u00e9");

    assertThat(answer).contains("the body: its bytes are not UTF-8");
  }

  @Test
  void multipartIsRefusedRatherThanMisread() {
    assertThat(WhmClient.reasonOfFailure(
            WhmClient.json(root().raw().multiPart("api.version", "1").post("/json-api/version"))))
        .contains("multipart/form-data is not read");
  }

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void otherMethodsAreNotServed(Method method) {
    var answer = root().raw().request(method, "/json-api/version?api.version=1");

    answer
        .then()
        .statusCode(405)
        .body(method == Method.HEAD ? equalTo("") : containsString("GET or POST"));
    // The event server of the tests makes two lines of it.
    assertThat(String.join(", ", answer.headers().getValues("Allow"))).isEqualTo("GET, POST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/json-api",
        "/json-api/",
        "/json-api/version/",
        "/json-api/version/x",
        "/yaml-api/version",
        "/api_token_list",
        "/unknown-app",
        "/cpsessx/json-api/version",
        "/x/json-api/version"
      })
  void otherPathsAreNotFound(String path) {
    given()
        .urlEncodingEnabled(false)
        .get(path + "?api.version=1")
        .then()
        .statusCode(404)
        .body(containsString("/json-api/FUNCTION"));
  }

  @Test
  void nothingOfTheCallIsJudgedBeforeTheCredential() {
    for (var path :
        new String[] {"/json-api/nothing?api.version=1", "/json-api/version?api.version=9&a=%ff"}) {
      given().urlEncodingEnabled(false).get(path).then().statusCode(403);
    }
  }

  @Test
  void jsonUnderAFormsTypeIsRefusedRatherThanPassedOver() {
    var client = reseller(Privilege.MANAGE_API_TOKENS, Privilege.LIST_ACCTS);

    var answer = WhmClient.json(client
        .raw()
        .contentType("application/x-www-form-urlencoded")
        .body("{\"acl\":[\"list-accts\"]}")
        .post("/json-api/api_token_create?api.version=1&token_name=wide"));

    assertThat(WhmClient.reasonOfFailure(answer)).contains("application/json");
    assertThat(client.data("api_token_list").path("tokens").has("wide")).isFalse();
  }

  /** Passed over, it would make a token with every privilege of its maker. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "application/x-www-form-urlencoded acl=list-accts",
        "application/json {\"acl\":[\"list-accts\"]}"
      })
  void theBodyOfAGetIsRefusedRatherThanPassedOver(String type, String body) {
    var client = reseller(Privilege.MANAGE_API_TOKENS, Privilege.LIST_ACCTS);

    var answer = WhmClient.json(client
        .raw()
        .contentType(type)
        .body(body)
        .get("/json-api/api_token_create?api.version=1&token_name=wide"));

    assertThat(WhmClient.reasonOfFailure(answer))
        .contains("The body of a GET is not read; send it by POST");
    assertThat(client.data("api_token_list").path("tokens").has("wide")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "amp;acl=list-accts",
        "%20acl=list-accts",
        "amp;amp;acl-1=list-accts",
        "%D0%B0cl=list-accts",
        "%EF%BD%81cl=list-accts",
        "acl%CC%81=list-accts"
      })
  void aParameterThatWasPastedWrongOrLooksLikeOneIsNamed(String argument) {
    var answer = WhmClient.json(reseller(Privilege.MANAGE_API_TOKENS, Privilege.LIST_ACCTS)
        .raw()
        .get("/json-api/api_token_create?api.version=1&token_name=wide&" + argument));

    assertThat(WhmClient.reasonOfFailure(answer)).contains("is not read", "did you mean “acl”");
  }
}
