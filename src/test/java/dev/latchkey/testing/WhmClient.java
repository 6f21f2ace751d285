package dev.latchkey.testing;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Calls the server under test as a client of WHM API 1 would. */
public record WhmClient(String authorization) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final RestAssuredConfig BYTES_AS_TEXT = RestAssuredConfig.config()
      .encoderConfig(EncoderConfig.encoderConfig()
          .encodeContentTypeAs("application/octet-stream", ContentType.TEXT)
          .appendDefaultContentCharsetToContentTypeIfUndefined(false));

  public static WhmClient of(Account account) {
    return new WhmClient(account.authorization());
  }

  /** By GET, everything in the query. Names and values alternate. */
  public JsonNode get(String function, String... arguments) {
    return json(raw().get("/json-api/" + function + "?api.version=1&" + form(arguments)));
  }

  /** By POST, everything in a form. */
  public JsonNode post(String function, String... arguments) {
    return json(raw()
        .contentType("application/x-www-form-urlencoded")
        .body("api.version=1&" + form(arguments))
        .post("/json-api/" + function));
  }

  public JsonNode postJson(String function, String body) {
    return json(raw().contentType(ContentType.JSON).body(body).post("/json-api/" + function));
  }

  /** The data of a call that must succeed. */
  public JsonNode data(String function, String... arguments) {
    var answer = post(function, arguments);
    if (answer.at("/metadata/result").asInt() != 1) {
      throw new AssertionError(
          function + " failed: " + answer.at("/metadata/reason").asText());
    }
    return answer.path("data");
  }

  /** The reason of a call that must fail. */
  public String failure(String function, String... arguments) {
    return reasonOfFailure(post(function, arguments));
  }

  public static String reasonOfFailure(JsonNode answer) {
    if (answer.at("/metadata/result").asInt(-1) != 0 || answer.has("data")) {
      throw new AssertionError("not a plain failure: " + answer);
    }
    return answer.at("/metadata/reason").asText();
  }

  /** The header of a request that is written by hand. */
  public String header() {
    return "Authorization: " + authorization + "\r\n";
  }

  /** A request that nothing of the client library's encodes or adds to. */
  public RequestSpecification raw() {
    return given()
        .config(BYTES_AS_TEXT)
        .urlEncodingEnabled(false)
        .header("Authorization", authorization);
  }

  public static JsonNode json(Response response) {
    return parse(response.then().statusCode(200).extract().asString());
  }

  public static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String form(String... arguments) {
    List<String> pairs = new ArrayList<>();
    for (var i = 0; i < arguments.length; i += 2) {
      pairs.add(encode(arguments[i]) + "=" + encode(arguments[i + 1]));
    }
    return String.join("&", pairs);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
