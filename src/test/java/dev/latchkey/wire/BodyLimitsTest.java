package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.api.Arguments;
import dev.latchkey.api.WhmFailure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyLimitsTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"text/plain, a=, ``", "application/json, {\"a\":\", \"}"})
  void aBodyOf64KibibytesIsReadAndOneOfAByteMoreIsNot(String type, String begin, String end) {
    var body = begin + "x".repeat(64 * 1024 - begin.length() - end.length()) + end;

    assertThat(read("", type, body).last("a")).isPresent();
    assertThatThrownBy(() -> read("", type, body + " "))
        .isInstanceOf(WhmFailure.class)
        .hasMessageContaining("65537 bytes");
  }

  @Test
  void fiveHundredArgumentsAreReadAndOneMoreIsNot() {
    var query = "a=1&".repeat(499);

    assertThat(read(query, "", "b=2").all()).hasSize(500);
    assertTooMany(query, "", "b=2&c=3");
  }

  @Test
  void theValuesOfAJsonArrayAreCountedEach() {
    assertTooMany("", "application/json", "{\"a\":[" + "1,".repeat(500) + "1]}");
  }

  private static void assertTooMany(String query, String type, String body) {
    assertThatThrownBy(() -> read(query, type, body))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("The call has more than 500 arguments.");
  }

  private static Arguments read(String query, String type, String body) {
    return ArgumentReader.read(
        Optional.of(query), Optional.of(type), body.getBytes(StandardCharsets.UTF_8));
  }
}
