package dev.latchkey.store;

import static dev.latchkey.access.Privilege.CREATE_USER_SESSION;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.InternalGate;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;

/** What a release does with a table that a newer one has written. */
@QuarkusTest
@InProcess
class SchemaTest extends WhmTest {
  private static final String SENTENCE = "The table is of a newer release";

  @Inject
  DynamoDbAsyncClient database;

  @Inject
  Schema schema;

  @Inject
  Store store;

  @AfterEach
  void firstVersion() {
    SdkProbe.reset();
    InternalGate.serveFunctions();
    database
        .deleteItem(delete -> delete.tableName(store.tableName()).key(Schema.KEY.attributes()))
        .join();
    schema.forget();
  }

  @Test
  void aNewerTableIsNeitherReadNorWritten() {
    var client = root();
    write(AttributeValue.fromN("2"));
    try (var log = LogLines.capture()) {
      SdkProbe.reset();
      for (var function : new String[] {"version", "api_token_create", "ticket_revoke"}) {
        assertThat(unavailable(client, function)).contains(SENTENCE, "nothing was done");
      }
      assertThat(SdkProbe.requests()).containsExactly("GetItem", "GetItem", "GetItem");
      assertThat(log.about("written by 9.1, and this release knows 1")).hasSize(3);
      assertThat(log.about("\"outcome\":\"failed\"")).hasSize(3);
    }
    for (var internal : new String[] {"reconcile", "bootstrap"}) {
      InternalGate.become(internal);
      SdkProbe.reset();
      given().post("/internal/" + internal).then().statusCode(500);
      assertThat(SdkProbe.requests()).containsExactly("GetItem");
    }
  }

  @Test
  void nobodyIsLoggedInByANewerTable() {
    var account = accounts.reseller(MANAGE_API_TOKENS, CREATE_USER_SESSION);
    var link = WhmClient.of(account)
        .data("create_user_session", "user", account.user(), "service", "whostmgrd")
        .path("url")
        .asText();
    var session = Browser.of(account);
    write(AttributeValue.fromN("2"));
    SdkProbe.reset();

    assertThat(Browser.login(account.user(), account.token().reveal(), "").statusCode())
        .isEqualTo(503);
    assertThat(Browser.plain().get(Browser.path(link)).statusCode()).isEqualTo(503);
    assertThat(session.status()).isEqualTo(503);
    assertThat(SdkProbe.requests()).containsOnly("GetItem");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1.5", "-1", "1e9", "99999999999999999999"})
  void aVersionThatIsNotOneIsNotTakenForAKnownOne(String number) {
    var client = root();
    write(
        number.startsWith("9") || number.startsWith("-") || number.contains(".")
            ? AttributeValue.fromN(number)
            : AttributeValue.fromS(number));

    assertThat(unavailable(client, "version")).contains(SENTENCE);
  }

  @Test
  void aKnownTableIsReadOnce() {
    var client = root();
    write(AttributeValue.fromN("1"));
    client.data("version");
    SdkProbe.reset();

    client.data("version");

    assertThat(SdkProbe.sent("SCHEMA")).isEmpty();
  }

  /** It is not known, and so nothing is opened; but what closes access goes on. */
  @Test
  void whatCannotBeReadStopsOnlyWhatDoesNotClose() {
    var client = root();
    client.data("api_token_create", "token_name", "leaked");
    schema.forget();
    SdkProbe.failBefore(
        request -> request instanceof GetItemRequest && request.toString().contains("SCHEMA")
            ? Optional.of(SdkClientException.create("unreachable"))
            : Optional.empty());

    client
        .raw()
        .post("/json-api/api_token_create?api.version=1&token_name=another")
        .then()
        .statusCode(500);
    client.data("api_token_revoke", "token_name", "leaked");

    SdkProbe.reset();
    assertThat(client.data("api_token_list").toString()).doesNotContain("another", "leaked");
  }

  private void write(AttributeValue version) {
    var item = Item.at(Schema.KEY).with(Schema.NUMBER, version).with(Schema.RELEASE, "9.1");
    database
        .putItem(put -> put.tableName(store.tableName()).item(Map.copyOf(item.attributes())))
        .join();
    schema.forget();
  }

  private static String unavailable(WhmClient client, String function) {
    JsonNode answer = WhmClient.parse(client
        .raw()
        .post("/json-api/" + function + "?api.version=1")
        .then()
        .statusCode(503)
        .extract()
        .asString());
    return WhmClient.reasonOfFailure(answer);
  }
}
