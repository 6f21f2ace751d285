package dev.latchkey.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.data.Data;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
  @Test
  void aRequestIsReadWithItsIdAsItCame() {
    var number = read("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}");
    var text = read("{\"jsonrpc\":\"2.0\",\"id\":\"7\",\"method\":\"ping\",\"params\":{\"a\":1}}");

    assertThat(number.error()).isEmpty();
    assertThat(number.id()).contains(Data.number(7));
    assertThat(text.id()).contains(Data.text("7"));
    assertThat(text.params()).isEqualTo(Data.hash().with("a", 1));
    assertThat(text.isNotification()).isFalse();
  }

  @Test
  void aMessageWithoutIdIsANotification() {
    assertThat(read("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}")
            .isNotification())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-32700 | ",
        "-32700 | {",
        "-32700 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"method\":\"tools/call\"}",
        "-32600 | {} {",
        "-32600 | [{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
        "-32600 | 1",
        "-32600 | {} {}",
        "-32600 | {\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
        "-32600 | {\"id\":1,\"method\":\"ping\"}",
        "-32600 | {\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
        "-32600 | {\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
        "-32600 | {\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}",
        "-32600 | {\"jsonrpc\":\"2.0\",\"id\":99999999999999999999,\"method\":\"ping\"}",
        "-32600 | {\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
        "-32600 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":1}",
        "-32600 | {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
        "-32602 | {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
      })
  void whatCannotBeReadIsNumberedAsJsonRpcDoes(int code, String body) {
    var message = read(body == null ? "" : body);

    assertThat(message.error().orElseThrow().tree().get("code")).contains(Data.number(code));
    assertThat(message.isNotification()).isFalse();
  }

  @Test
  void anErrorHasTheIdOfWhatCouldBeReadOfIt() {
    var message = read("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":1}");

    assertThat(message.refused(message.error().orElseThrow()).get("id")).contains(Data.number(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {64 * 1024 + 1, 100_000})
  void aBodyThatIsTooLongIsNotParsed(int bytes) {
    assertThat(Message.read(new byte[bytes]).error().orElseThrow())
        .hasMessageContaining("at most 65536 are read");
  }

  @Test
  void whatIsNestedTooDeepIsRefused() {
    var deep = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":"
        + "[".repeat(30_000) + "]".repeat(30_000) + "}}";

    assertThat(read(deep).error().orElseThrow()).hasMessageContaining("nested too deep");
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    assertThat(Message.read(new byte[] {'{', (byte) 0xff, '}'}).error().orElseThrow())
        .hasMessageContaining("not UTF-8");
  }

  private static Message read(String body) {
    return Message.read(body.getBytes(StandardCharsets.UTF_8));
  }
}
