package dev.latchkey.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyOptionsTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  /** The agent's tests read them, too, and ask a real sshd. */
  static Stream<Arguments> options() throws IOException {
    try (var file = KeyOptionsTest.class.getResourceAsStream("/options.json")) {
      return StreamSupport.stream(new ObjectMapper().readTree(file).spliterator(), false)
          .map(options -> Arguments.of(options.path("case").asText(), options));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("options")
  void everyKnownCaseIsJudgedAsItSays(String named, JsonNode options) {
    var text = options.path("options").asText();
    if (options.path("accepted").asBoolean()) {
      assertThat(taken(text).text()).isEqualTo(text);
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> taken(text))
          .withMessageContaining(options.path("reason").asText())
          .withMessageEndingWith(".");
    }
  }

  private static KeyOptions taken(String text) {
    var options = KeyOptions.parse(text);
    if (options.isOver(NOW)) {
      throw new IllegalArgumentException("expiry-time was over.");
    }
    return options;
  }

  @Test
  void whatIsWrongIsNamedWithWhatIsRight() {
    for (var pair : new String[][] {
      {"from=\"192.0.2.9/24\"", "“192.0.2.9/24” never matches in sshd; use “192.0.2.0/24”"},
      {"from=\"192.0.2.1,2001:db8::9/32\"", "use “2001:db8::/32”"},
      {"from=\"::ffff:192.0.2.1\"", "use “192.0.2.1”"},
      {"pty,x=\"a,b\",pty", "“x=\"a,b\"” is not allowed"},
      {"pty,,pty", "“pty” is not allowed"},
      {"expiry-time=\"20260230\"", "“20260230” is not a date; use YYYYMMDD"}
    }) {
      assertThatIllegalArgumentException()
          .as(pair[0])
          .isThrownBy(() -> KeyOptions.parse(pair[0]))
          .withMessageContaining(pair[1]);
    }
  }

  /** Without Z it is a time of the server's zone, which nobody but the server knows. */
  @Test
  void aTimeIsOverWhereItIsOverInEveryZone() {
    assertThat(KeyOptions.parse("pty,Expiry-Time=\"202702281530Z\"").expiry())
        .contains(Instant.parse("2027-02-28T15:30:00Z"));
    assertThat(KeyOptions.parse("pty").expiry()).isEmpty();
    assertThat(KeyOptions.parse("expiry-time=\"20270228\"").expiry()).isEmpty();
    assertThat(KeyOptions.parse("expiry-time=\"20270228\"").localExpiry()).contains("20270228");
    assertThat(KeyOptions.parse("expiry-time=\"20270228Z\"").localExpiry()).isEmpty();
    assertThat(KeyOptions.parse("pty").isOver(NOW)).isFalse();
    assertThat(KeyOptions.parse("expiry-time=\"202611281200Z\"").isOver(NOW)).isTrue();
    assertThat(KeyOptions.parse("expiry-time=\"20261128120001Z\"").isOver(NOW)).isFalse();
    assertThat(KeyOptions.parse("expiry-time=\"202611281200\"").isOver(NOW)).isFalse();
    assertThat(KeyOptions.parse("expiry-time=\"202611272200\"").isOver(NOW)).isTrue();
  }
}
