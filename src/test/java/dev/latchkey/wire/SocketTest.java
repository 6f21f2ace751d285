package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.RawHttp;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a socket shows; behind API Gateway there is none. */
@QuarkusTest
@DisabledIfSystemProperty(
    named = "lambda",
    matches = ".*",
    disabledReason = "API Gateway has the sockets")
class SocketTest extends WhmTest {
  @Test
  void theDenialIsWordForWordThatOfWhm() {
    var answer = RawHttp.send("GET /json-api/version?api.version=1 HTTP/1.1\r\n", "");

    assertThat(answer)
        .startsWith("HTTP/1.1 403 Forbidden Access denied\r\n")
        .contains("\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n")
        .endsWith("\r\n\r\n{\"cpanelresult\":{\"apiversion\":\"2\",\"error\":\"Access denied\","
            + "\"data\":{\"reason\":\"Access denied\",\"result\":\"0\"},\"type\":\"text\"}}");
    assertThat(answer.toLowerCase(Locale.ROOT)).containsOnlyOnce("connection: close");
  }

  @Test
  void theDenialEndsTheConnection() {
    assertThat(RawHttp.keepAlive("GET /json-api/version HTTP/1.1\r\n", ""))
        .startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\nContent-Length: 13\r\n",
        "Content-Length: 13\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\n"
      })
  void aBodyOfDoubtfulLengthIsRefusedAndTheConnectionEnds(String headers) {
    var answer = RawHttp.keepAlive(
        "POST /json-api/version HTTP/1.1\r\n" + headers + root().header(),
        "d\r\napi.version=1\r\n0\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 411").contains("Send the body with a Content-Length");
  }

  @Test
  void aBodyFarAbove64KiBIsNotEvenAskedFor() {
    var head =
        "POST /json-api/version HTTP/1.1\r\nContent-Length: 200000\r\n" + root().header();

    assertThat(RawHttp.keepAlive(head, "")).startsWith("HTTP/1.1 413");
  }
}
