package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.RawHttp;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Which pages may call the MCP door. */
@QuarkusTest
@DisabledIfSystemProperty(
    named = "lambda",
    matches = ".*",
    disabledReason = "no other name than the API's leads to a gateway")
class McpOriginTest extends WhmTest {
  private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";

  @Test
  void aPageOfOurOwnMayCall() {
    var answer = RawHttp.send(
        "POST /mcp HTTP/1.1\r\n" + root().header()
            + "Content-Type: application/json\r\nOrigin: http://localhost\r\nContent-Length: "
            + LIST.length() + "\r\n",
        LIST);

    assertThat(answer).startsWith("HTTP/1.1 200").contains("ticket_list");
  }

  /** Browsers write it small, whatever the client that names the host does. */
  @Test
  void capitalsMakeNoOtherOrigin() {
    root()
        .raw()
        .contentType(ContentType.JSON)
        .header("Host", "LOCALHOST")
        .header("Origin", "http://localhost")
        .body(LIST)
        .post("/mcp")
        .then()
        .statusCode(200);
  }

  /** DNS rebinding: the page's own name leads here, so that its origin and our host are the same. */
  @Test
  void aNameThatLeadsHereAndIsNotOursIsForeignAllTheSame() {
    root()
        .raw()
        .contentType(ContentType.JSON)
        .header("Host", "evil.example")
        .header("Origin", "https://evil.example")
        .body(LIST)
        .post("/mcp")
        .then()
        .statusCode(403);
  }
}
