package dev.latchkey.testing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

/**
 * A session as its holder has it.
 *
 * @param cookie the value of the cookie, as it was set
 * @param prefix what stands before the path, {@code /cpsess1234567890}
 */
public record Browser(String cookie, String prefix) {
  public static final String COOKIE = "whostmgrsession";

  /** Logs in by the form. */
  public static Browser of(Account account) {
    return opened(login(account.user(), account.token().reveal(), ""));
  }

  /** By a link of create_user_session, as a script does. */
  public static Browser byLink(String url) {
    return opened(plain().get(path(url)));
  }

  /** As somebody else, for whom the caller makes a link. */
  public static Browser asUser(WhmClient by, String user) {
    return byLink(by.data("create_user_session", "user", user, "service", "whostmgrd")
        .path("url")
        .asText());
  }

  public static Response login(String user, String password, String query) {
    return plain()
        .contentType("application/x-www-form-urlencoded")
        .body(WhmClient.form("user", user, "pass", password))
        .post("/login" + query);
  }

  /** The path and the query of a URL. */
  public static String path(String url) {
    return url.replaceFirst("^https?://[^/]+", "");
  }

  public static Browser opened(Response response) {
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(302);
    var location = path(response.header("Location"));
    return new Browser(cookie(response), location.substring(0, location.indexOf('/', 1)));
  }

  public static String cookie(Response response) {
    return response.header("Set-Cookie").replaceFirst("^" + COOKIE + "=([^;]*);.*", "$1");
  }

  /** A request that follows nothing, and of which nothing is encoded. */
  public static RequestSpecification plain() {
    return given().redirects().follow(false).urlEncodingEnabled(false);
  }

  public RequestSpecification raw() {
    return plain().header("Cookie", "other=1; " + COOKIE + "=" + cookie);
  }

  public Response call(String function, String... arguments) {
    return raw()
        .get(prefix + "/json-api/" + function + "?api.version=1&" + WhmClient.form(arguments));
  }

  /** The data of a call that must succeed. */
  public JsonNode data(String function, String... arguments) {
    var answer = WhmClient.json(call(function, arguments));
    assertThat(answer.at("/metadata/result").asInt()).as(answer.toString()).isOne();
    return answer.path("data");
  }

  public int status() {
    return call("version").statusCode();
  }

  public Browser withPrefix(String other) {
    return new Browser(cookie, other);
  }

  public Browser withCookie(String other) {
    return new Browser(other, prefix);
  }
}
