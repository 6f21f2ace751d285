package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server may send to harm who reads it. */
class HostileAnswerTest extends CliCase {
  private CliRun latchkey() {
    return new CliRun(home).to(server.url(), "root:T");
  }

  @ParameterizedTest
  @ValueSource(strings = {"table", "yaml", "json", "jsonpretty"})
  void whatATerminalWouldObeyIsShownAsText(String format) {
    var evil = "\\u001b]0;x\\u0007\\u001b[2J\\u009b31m\\u202egnp\\r";
    server.says(
        200,
        "{\"metadata\":{\"version\":1,\"command\":\"c\",\"reason\":\"" + evil
            + "\",\"result\":0,\"warnings\":[\"" + evil + "\"]}," + "\"data\":{\"" + evil + "\":\""
            + evil + "\",\"rows\":[{\"a\":\"" + evil + "\",\"b\":[\"" + evil + "\"]}]}}");
    var run = latchkey().onTerminal().run("version", "--output=" + format);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out() + run.err()).doesNotContain("\u001b", "\u0007", "\u009b", "\u202e", "\r");
    assertThat(run.out()).isNotEmpty();
  }

  @Test
  void alsoInXmlAndInFieldsOfTheAnswer() {
    server.says(
        200,
        "<result><metadata><version>1</version><reason>\u001b[2J</reason><result>0</result></metadata></result>",
        "X-Evil: \u009b2J");
    var run = latchkey().onTerminal().run("version", "--output=xml", "-v");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out() + run.err()).doesNotContain("\u001b", "\u009b");
  }

  @Test
  void aCellCannotWriteAnotherRow() {
    server.done("{\"rows\":[{\"name\":\"web01\\nweb02  ok\",\"state\":\"down\"}]}");
    var run = latchkey().run("fleet_server_list", "--output=table");

    assertThat(run.out().lines()).hasSize(2);
  }

  @Test
  void aHundredMegabytesAreNotRead() {
    server.says(out -> out.write("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n"
        .getBytes(StandardCharsets.US_ASCII)));
    assertThat(latchkey().run("version", "--retries=0").err())
        .contains("longer than 16 MB", "api.chunk");

    server.says(out -> {
      out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII));
      var chunk =
          ("100000\r\n" + " ".repeat(0x100000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      for (var i = 0; i < 100; i++) {
        out.write(chunk);
      }
    });
    assertThat(latchkey().run("version", "--retries=0").code()).isEqualTo(5);
    server.says(out -> {
      out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      for (var i = 0; i < 100; i++) {
        out.write(new byte[0x100000]);
      }
    });
    latchkey().run("version", "--retries=0");
    assertThat(latchkey().run("version", "--retries=0").err()).contains("longer than 16 MB");
  }

  @Test
  void aHeadWithoutEndIsNotRead() {
    server.says(out -> {
      out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
      for (var i = 0; i < 10_000; i++) {
        out.write("X-Y: zzzzzzzzzzzzzzzzzzzz\r\n".getBytes(StandardCharsets.US_ASCII));
      }
    });

    assertThat(latchkey().run("version", "--retries=0").err()).contains("head of its answer");
  }

  @Test
  void aDeepNestIsNotRead() {
    server.done("[".repeat(50_000) + "]".repeat(50_000));

    assertThat(latchkey().run("version").code()).isEqualTo(5);
  }

  @Test
  void aChunkedAnswerIsRead() {
    server.says(out -> out.write(
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "10;x=y\r\n{\"metadata\":{\"re\r\n1D\r\nsult\":1,\"reason\":\"OK\"}}       \r\n0\r\nA: b\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII)));

    assertThat(latchkey().run("version", "--retries=0").err()).isEmpty();
  }
}
