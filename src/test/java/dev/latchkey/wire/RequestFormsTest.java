package dev.latchkey.wire;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Privilege;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WHM API 1, sections "URLs", "Request encodings": what a client may send. */
@QuarkusTest
@WayIn
class RequestFormsTest extends WhmTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/json-api/version",
        "/cpsess1234567890/json-api/version",
        "/cpsess/json-api/version"
      })
  void aFunctionIsReachedWithAndWithoutASessionsPrefix(String path) {
    var client = root();

    var answer = WhmClient.json(client.raw().get(path + "?api.version=1"));

    assertThat(answer.at("/data/version").asText()).isEqualTo("11.138.0.6");
  }

  @Test
  void queryAndBodyAreMerged() {
    var client = reseller(MANAGE_API_TOKENS);

    var answer = WhmClient.json(client
        .raw()
        .contentType("application/x-www-form-urlencoded")
        .body("token_name=merged")
        .post("/json-api/api_token_create?api.version=1"));

    assertThat(answer.at("/data/name").asText()).isEqualTo("merged");
  }

  @Test
  void aPostMayHaveItsArgumentsInTheQueryAlone() {
    var answer = WhmClient.json(root().raw().post("/json-api/version?api.version=1"));

    assertThat(answer.at("/metadata/result").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/octet-stream",
        "text/plain"
      })
  void aFormIsReadWhateverItsTypeIsCalled(String type) {
    var answer = WhmClient.json(
        root().raw().header("Content-Type", type).body("api.version=1").post("/json-api/version"));

    assertThat(answer.at("/data/version").asText()).isEqualTo("11.138.0.6");
  }

  @Test
  void aJsonObjectIsRead() {
    var client = reseller(MANAGE_API_TOKENS, Privilege.LIST_ACCTS);

    var answer = client.postJson(
        "api_token_create",
        "{\"api.version\":1,\"token_name\":\"json\",\"acl\":[\"list-accts\",\"manage-api-tokens\"]}");

    assertThat(answer.at("/data/acls").toString())
        .isEqualTo("[\"manage-api-tokens\",\"list-accts\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acl=list-accts&acl=kill-acct",
        "acl-0=list-accts&acl-1=kill-acct",
        "acl-1=list-accts&acl-2=kill-acct",
        "acl=list-accts&acl-1=kill-acct",
        "acl[]=list-accts&acl[]=kill-acct",
        "acl[0]=list-accts&acl[1]=kill-acct",
        "acl%5B0%5D=list-accts&acl%5B7%5D=kill-acct"
      })
  void severalValuesAreReadInEveryForm(String acls) {
    var client = reseller(MANAGE_API_TOKENS, Privilege.LIST_ACCTS, Privilege.KILL_ACCT);

    var answer = WhmClient.json(
        client.raw().get("/json-api/api_token_create?api.version=1&token_name=several&" + acls));

    assertThat(answer.at("/data/acls").toString()).isEqualTo("[\"list-accts\",\"kill-acct\"]");
  }

  @Test
  void unknownArgumentsAndHeadersArePassedOver() {
    var answer = WhmClient.json(root()
        .raw()
        .header("X-CPANEL-OTP", "123456")
        .get("/json-api/version?api.version=1&unknown=1"));

    assertThat(answer.at("/metadata/result").asInt()).isEqualTo(1);
  }

  @Test
  void listControlsAreToleratedOnEveryFunction() {
    var data = reseller(MANAGE_API_TOKENS)
        .data(
            "api_token_list",
            "api.chunk.enable",
            "1",
            "api.chunk.size",
            "1",
            "api.filter.enable",
            "1",
            "api.filter.a.field",
            "name",
            "api.filter.a.arg0",
            "nothing");

    assertThat(data.at("/tokens/first/name").asText()).isEqualTo("first");
  }
}
