package dev.latchkey.wire;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Answers that Lambda would not let through. */
@QuarkusTest
@InProcess
class AnswerSizeTest extends WhmTest {
  private static final long NOW = 1_700_000_000_000L;

  @Inject
  Store store;

  @Test
  void itIsThatOfATextInsideJson() {
    assertThat(AnswerSize.of("{\"a\":\"b\\\\\"}\n\u0001é".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(5 + 8 + 4 + 2 + 6 + 2);
  }

  /** With room for headers below the 6,291,556 bytes that Lambda lets through. */
  @Test
  void sixMillionBytesAreTheMost() {
    assertThat(AnswerSize.isTooLong(new byte[1_000_000])).isFalse();
    assertThat(AnswerSize.isTooLong(new byte[1_000_001])).isTrue();
  }

  @Test
  void anAnswerThatIsTooLongIsRefusedAndSaysHowToGetIt() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    for (var i = 0; i < 25; i++) {
      store.putNew(entry(account.user(), i)).await().indefinitely();
    }

    assertThat(client.failure("audit_list"))
        .matches(".*The answer has 7[0-9]{6} bytes, and 6000000 are the most; ask for it in parts, "
            + "with api.chunk.enable=1, api.chunk.size=100 and api.chunk.start, or for less .*");
    assertThat(client.raw().get("/xml-api/audit_list?api.version=1").asString())
        .contains("are the most; ask for it in parts", "<result>0</result>");
    assertThat(client
            .data(
                "audit_list",
                "api.chunk.enable",
                "1",
                "api.chunk.size",
                "10",
                "api.chunk.start",
                "11")
            .path("entries"))
        .hasSize(10);
  }

  private static Item entry(String user, int number) {
    return Item.at(new Key("A#" + user, "%015d#%d".formatted(NOW, number)))
        .with("credential", "first")
        .with("function_name", "api_token_create")
        .with("what", "x".repeat(300_000))
        .with("source_ip", "127.0.0.1")
        .with("at", NOW)
        .with("request_id", "id" + number);
  }
}
