package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.PlainHttp;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console's files, over each way in. */
@QuarkusTest
@WayIn
class ConsoleFilesTest extends WhmTest {
  private static final Path SOURCES = Path.of("src/console");

  private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
      + " img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none';"
      + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

  @Test
  void eachIsServedWithItsTypeAndTheOnePolicy() throws IOException {
    for (var file : ConsoleFiles.TYPES.entrySet()) {
      var answer = PlainHttp.get("/console/" + file.getKey());

      assertThat(answer.statusCode()).as(file.getKey()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(Files.readAllBytes(SOURCES.resolve(file.getKey())));
      assertThat(header(answer, "Content-Type")).isEqualTo(file.getValue());
      assertThat(answer.headers().allValues("Content-Security-Policy")).containsExactly(POLICY);
      assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
      assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
      assertThat(header(answer, "Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
      assertThat(header(answer, "Cache-Control")).isEqualTo("no-cache");
      assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }
  }

  @Test
  void eachIsServedPacked() throws IOException {
    for (var file : ConsoleFiles.TYPES.entrySet()) {
      var answer = PlainHttp.get("/console/" + file.getKey(), "Accept-Encoding", "gzip, deflate");

      assertThat(header(answer, "Content-Encoding")).isEqualTo("gzip");
      assertThat(header(answer, "Content-Type")).isEqualTo(file.getValue());
      assertThat(answer.headers().firstValue(ConsoleFiles.TYPE_IN_EVENT)).isEmpty();
      assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes())
          .isEqualTo(Files.readAllBytes(SOURCES.resolve(file.getKey())));
    }
  }

  @Test
  void whatABrowserHasIsNotSentAgain() {
    var first = PlainHttp.get("/console/main.js", "Accept-Encoding", "gzip");
    var again = PlainHttp.get(
        "/console/main.js", "Accept-Encoding", "gzip", "If-None-Match", header(first, "ETag"));

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(header(again, "ETag")).isEqualTo(header(first, "ETag")).startsWith("\"");
    assertThat(PlainHttp.get("/console/main.js", "If-None-Match", header(first, "ETag"))
            .statusCode())
        .as("other bytes")
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/console",
        "/console/",
        "/console/api_shell",
        "/console/usage",
        "/cpsess0123456789/",
        "/cpsess0123456789/api_tokens",
        "/cpsess0123456789/manage_roots_ssh_keys/"
      })
  void aPageIsTheOneThatItsScriptFills(String path) throws IOException {
    var answer = PlainHttp.get(path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(Files.readAllBytes(SOURCES.resolve("index.html")));
    assertThat(header(answer, "Content-Security-Policy")).isEqualTo(POLICY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/nothing.js",
        "/console/main.js/",
        "/console/..",
        "/console/%2e%2e%2fapplication.properties",
        "/console/api_shell/x",
        "/cpsess0123456789/main.js",
        "/application.properties"
      })
  void nothingElseIsServed(String path) {
    assertThat(PlainHttp.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void aFileIsGottenAndNothingElse() {
    assertThat(PlainHttp.send("POST", "/").statusCode()).isEqualTo(404);
    assertThat(PlainHttp.send("PUT", "/console/main.js").statusCode()).isEqualTo(404);
  }

  private static String header(HttpResponse<byte[]> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
