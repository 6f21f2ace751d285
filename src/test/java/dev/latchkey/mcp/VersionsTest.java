package dev.latchkey.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.data.Data;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class VersionsTest {
  private static final String META =
      "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
  private static final Message MODERN = message("tools/call", "\"name\":\"ticket_list\"," + META);
  private static final Map<String, String> HEADERS = Map.of(
      "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "ticket_list");

  @Test
  void aMessageThatSaysItsVersionAgreesWithItsHeaders() {
    assertThat(Versions.isModern(MODERN, headers(HEADERS))).isTrue();
    assertThat(Versions.refusal(MODERN, headers(HEADERS))).isEmpty();
  }

  @Test
  void aHeaderThatDiffersOrIsMissingIsRefused() {
    for (var name : HEADERS.keySet()) {
      var other = new TreeMap<>(HEADERS);
      other.put(name, name.equals("MCP-Protocol-Version") ? "2025-11-25" : "ticket_revoke");
      assertThat(codeOf(MODERN, other)).as(name).isEqualTo(-32020);
      other.remove(name);
      assertThat(codeOf(MODERN, other)).as(name).isEqualTo(-32020);
    }
  }

  @Test
  void aNameInBase64IsDecodedFirst() {
    var encoded = new TreeMap<>(HEADERS);
    encoded.put("Mcp-Name", "=?base64?dGlja2V0X2xpc3Q=?=");

    assertThat(Versions.refusal(MODERN, headers(encoded))).isEmpty();
    encoded.put("Mcp-Name", "=?base64?dGlja2V0X2dyYW50?=");
    assertThat(codeOf(MODERN, encoded)).isEqualTo(-32020);
    encoded.put("Mcp-Name", "=?base64?-?=");
    assertThat(codeOf(MODERN, encoded)).isEqualTo(-32020);
  }

  @Test
  void aModernMessageRequiresWhatEveryOneSays() {
    var bare = message("tools/call", "\"name\":\"ticket_list\"");

    var refusal = Versions.refusal(bare, headers(HEADERS)).orElseThrow();

    assertThat(refusal.tree().get("code")).contains(Data.number(-32602));
    assertThat(refusal.status()).isEqualTo(400);
  }

  @Test
  void aVersionThatIsNotSpokenIsRefusedWithThoseThatAre() {
    var refusal = Versions.refusal(
            message("ping", ""), headers(Map.of("MCP-Protocol-Version", "2024-11-05")))
        .orElseThrow();

    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.tree().get("code")).contains(Data.number(-32022));
    assertThat(refusal.tree().toString()).contains("2026-07-28", "2025-11-25", "2025-06-18");
  }

  @Test
  void earlierVersionsNeedNoHeaderAndAgreeOnOne() {
    assertThat(Versions.refusal(message("ping", ""), headers(Map.of()))).isEmpty();
    assertThat(Versions.isModern(message("ping", ""), headers(Map.of()))).isFalse();
    assertThat(Versions.agreed(message("initialize", "\"protocolVersion\":\"2025-06-18\"")))
        .isEqualTo("2025-06-18");
    assertThat(Versions.agreed(message("initialize", "\"protocolVersion\":\"2024-11-05\"")))
        .isEqualTo("2025-11-25");
  }

  private static int codeOf(Message message, Map<String, String> headers) {
    var code = Versions.refusal(message, headers(headers)).orElseThrow().tree().get("code");
    return (int) ((Data.Number) code.orElseThrow()).value();
  }

  private static Function<String, Optional<String>> headers(Map<String, String> all) {
    return name -> Optional.ofNullable(all.get(name));
  }

  private static Message message(String method, String params) {
    var body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + params + "}}";
    var message = Message.read(body.getBytes(StandardCharsets.UTF_8));
    assertThat(message.error()).isEmpty();
    return message;
  }
}
