package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.wire.Envelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void anEnvelopeIsWrittenAsWhmWritesIt() {
    var envelope = new Envelope("api_token_revoke", 1, "OK", Data.hash(), Optional.of(Data.hash()));

    assertThat(text(envelope.tree()))
        .isEqualTo(
            "{\"metadata\":{\"version\":1,\"command\":\"api_token_revoke\",\"reason\":\"OK\",\"result\":1},\"data\":{}}");
  }

  @Test
  void aFailureHasNoDataAtAll() {
    assertThat(text(Envelope.failure("x", "no").tree())).doesNotContain("\"data\"");
  }

  @Test
  void everyKindOfValueHasItsOwnForm() {
    var tree = Data.hash()
        .with("text", "1")
        .with("number", 1)
        .with("null", Data.NULL)
        .with("flag", Data.flag(true))
        .with("none", new Data.Sequence(List.of()))
        .with("hash", Data.hash());

    assertThat(text(tree))
        .isEqualTo(
            "{\"text\":\"1\",\"number\":1,\"null\":null,\"flag\":1,\"none\":[],\"hash\":{}}");
  }

  @Test
  void typographicQuotesAreWrittenInUtf8() {
    assertThat(text(Data.hash().with("reason", "“web08”"))).isEqualTo("{\"reason\":\"“web08”\"}");
  }

  @Test
  void theMarkOfTheLoginFormIsEscapedAndReadBackTheSame() throws IOException {
    var json = text(Data.hash().with("tfa_login_form", "a tfa_login_form"));

    assertThat(json).doesNotContain("tfa_login_form");
    assertThat(new ObjectMapper().readTree(json).path("tfa_login_form").asText())
        .isEqualTo("a tfa_login_form");
  }

  private static String text(Data tree) {
    return new String(Json.write(tree), StandardCharsets.UTF_8);
  }
}
