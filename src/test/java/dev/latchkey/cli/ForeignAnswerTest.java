package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What stands before a server, or is in its place, answers in ways of its own: each is said in one clear sentence. */
class ForeignAnswerTest extends CliCase {
  private static final String OK =
      "{\"metadata\":{\"version\":1,\"reason\":\"OK\",\"result\":1},\"data\":{\"n\":1}}";

  private CliRun called(String... words) {
    return new CliRun(home).to(server.url(), "root:T").run(words);
  }

  /** Of a function that changes something, it is not known whether it did. */
  private void isFault(String sentence) {
    var run = called("ticket_close", "ticket_id=1");
    assertThat(run.code()).isEqualTo(5);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(sentence, "It is not known whether ticket_close was done");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void nothing() {
    server.says(204, "");
    isFault("answered nothing (HTTP 204)");
  }

  @Test
  void anEmptyBody() {
    server.says(200, "");
    isFault("answered nothing (HTTP 200)");
  }

  @Test
  void aWebPage() {
    server.says(200, "<html>Log in</html>", "Content-Type: text/html; charset=utf-8");
    isFault("answered with a web page instead of WHM API 1; is the address right?");
  }

  @Test
  void aPageOfAGateway() {
    server.says(502, "<html>Bad gateway</html>", "Content-Type: text/html");
    isFault("has a fault (HTTP 502)");
  }

  @Test
  void compressedBytes() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zipped = new GZIPOutputStream(bytes)) {
      zipped.write(OK.getBytes(StandardCharsets.UTF_8));
    }
    server.says(out -> {
      out.write(("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bytes.size()
              + "\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII));
      bytes.writeTo(out);
    });
    isFault("answered in gzip, which was not asked for");
  }

  @Test
  void bytesThatAreNotText() {
    server.says(out -> out.write(("HTTP/1.1 200 OK\r\n\r\n" + OK.replace("OK", "\u00e9\u00e9"))
        .getBytes(StandardCharsets.ISO_8859_1)));
    isFault("its bytes are not UTF-8");
  }

  /** Which of the two results would count? */
  @Test
  void aNameThatStandsThereTwice() {
    server.says(200, "{\"metadata\":{\"reason\":\"no\",\"result\":0,\"result\":1},\"data\":{}}");
    isFault("it names something twice in one place");
  }

  @Test
  void anEndlessNest() {
    server.says(200, OK.replace("{\"n\":1}", "[".repeat(5_000) + "]".repeat(5_000)));
    isFault("nested more than 100 deep");
  }

  @Test
  void somethingAfterTheAnswer() {
    server.says(200, OK + "{}");
    isFault("did not answer as WHM API 1; is the address right?");
  }

  @Test
  void whatIsNotHttp() {
    server.says(out -> out.write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII)));
    isFault("cannot be read: it does not speak HTTP/1.1");
  }

  /** A firewall knows nothing of the token. */
  @Test
  void aRefusalThatIsNotOfTheServer() {
    server.says(403, "<html>Forbidden</html>", "Content-Type: text/html");
    var run = called("version");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err())
        .contains("refuses the call (HTTP 403), but not as WHM API 1 does")
        .doesNotContain("token");
  }

  @Test
  void anotherAddressGetsNothing() {
    try (var other = new ScriptedServer()) {
      other.says(200, OK);
      for (var status : new int[] {301, 302, 303, 307, 308}) {
        server.says(status, "", "Location: " + other.url() + "/json-api/version");
      }
      for (var status : new int[] {301, 302, 303, 307, 308}) {
        var run = called("version");
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.err()).contains("(HTTP " + status + "), and the token is not sent there");
      }
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void everyNumberIsPrintedAsItCame() {
    var numbers =
        "{\"a\":9007199254740993,\"b\":123456789012345678901234567890,\"c\":1.10,\"d\":-0}";
    server.says(200, OK.replace("{\"n\":1}", numbers));

    assertThat(called("version", "--output=json").out()).contains(numbers);
    assertThat(called("version").out())
        .contains(
            "  a: 9007199254740993\n", "  b: 123456789012345678901234567890\n", "  c: 1.10\n");
  }
}
