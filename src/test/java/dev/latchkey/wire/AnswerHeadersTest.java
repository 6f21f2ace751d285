package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.PlainHttp;
import dev.latchkey.testing.StoreGate;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No answer of the API can be a page or a script of the console's origin. */
@QuarkusTest
@WayIn
class AnswerHeadersTest extends WhmTest {
  @ParameterizedTest
  @CsvSource({
    "GET,/json-api/version?api.version=1,200",
    "GET,/xml-api/version?api.version=1,200",
    "GET,/json-api/version,200",
    "GET,/json-api/nothing?api.version=1,200",
    "GET,/json-api/api_token_create?api.version=1,200",
    "PUT,/json-api/version,405",
    "GET,/nothing,404",
    "GET,/console/nothing.js,404"
  })
  void eachIsInASandbox(String method, String path, int status) {
    var authorization = root().header().replaceFirst("^Authorization: ", "").strip();
    var answer = PlainHttp.send(method, path, "Authorization", authorization);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThatItIsInASandbox(answer);
  }

  @ParameterizedTest
  @CsvSource({"/json-api/version", "/xml-api/version", "/cpsess0123456789/json-api/version"})
  void soIsADenial(String path) {
    var answer = PlainHttp.get(path);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThatItIsInASandbox(answer);
  }

  @Test
  @InProcess
  void soIsAFaultOfOurs() {
    var authorization = root().header().replaceFirst("^Authorization: ", "").strip();
    StoreGate.use(Optional.of("no-such-table"));
    try {
      var answer = PlainHttp.get("/json-api/version?api.version=1", "Authorization", authorization);

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThatItIsInASandbox(answer);
    } finally {
      StoreGate.use(Optional.empty());
    }
  }

  @Test
  void aPageHasItsOwnPolicyAlone() {
    assertThat(PlainHttp.get("/login").headers().allValues("Content-Security-Policy"))
        .singleElement()
        .asString()
        .contains("form-action 'self'")
        .doesNotContain("sandbox");
  }

  private static void assertThatItIsInASandbox(HttpResponse<byte[]> answer) {
    assertThat(answer.headers().allValues("Content-Security-Policy"))
        .containsExactly("default-src 'none'; sandbox");
    assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
  }
}
