package dev.latchkey.sam;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** As API Gateway reads a function's answer in payload format 2.0. */
class HttpAnswerTest {
  @Test
  void statusHeadersCookiesAndBodyAreTaken() {
    var answer = of("""
        {"statusCode": 201, "headers": {"X-A": "1", "Content-Length": "99", "Content-Type": "a/b"},
         "multiValueHeaders": {"X-B": ["1", "2"]}, "cookies": ["c=1; Secure", "d=2"], "body": "hä"}""");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.headers())
        .containsExactly(
            entry("x-a", "1"),
            entry("content-type", "a/b"),
            entry("x-b", "1"),
            entry("x-b", "2"),
            entry("set-cookie", "c=1; Secure"),
            entry("set-cookie", "d=2"));
    assertThat(answer.body()).isEqualTo("hä".getBytes(UTF_8));
  }

  @Test
  void aBodyMayBeBase64() {
    assertThat(of("{\"statusCode\": 200, \"isBase64Encoded\": true, \"body\": \"/w==\"}")
            .body())
        .isEqualTo(new byte[] {(byte) 0xff});
  }

  @Test
  void jsonWithoutAStatusIsTheBody() {
    var answer = of("{\"a\": 1}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers()).containsExactly(entry("content-type", "application/json"));
    assertThat(new String(answer.body(), UTF_8)).isEqualTo("{\"a\": 1}");
  }

  @Test
  void allElseIsAFault() {
    for (var text :
        Arrays.asList("", "no JSON", "{\"statusCode\": 7}", "{\"statusCode\": \"x\"}")) {
      assertThat(of(text).status()).as(text).isEqualTo(500);
    }
  }

  private static HttpAnswer of(String json) {
    return HttpAnswer.of(json.getBytes(UTF_8));
  }
}
