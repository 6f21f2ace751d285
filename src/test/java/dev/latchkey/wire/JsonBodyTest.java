package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The flat JSON object that @cpanel/api sends. */
class JsonBodyTest {
  @ParameterizedTest
  @CsvSource(quoteCharacter = '`', textBlock = """
      "unit",     unit
      "",         ``
      "1",        1
      1,          1
      -0,         -0
      1.50,       1.50
      1e3,        1e3
      true,       1
      false,      0
      [],         ``
      "\\u00e9",  é
      "\\"",      "
      """)
  void aValueBecomesTheTextThatAFormWouldHave(String json, String text) {
    assertThat(read("{\"a\":" + json + "}").all()).containsExactly(new Argument("a", text));
  }

  @Test
  void aNumberOfAnyLengthIsKeptDigitByDigit() {
    var number = "1234567890".repeat(10);

    assertThat(read("{\"a\":" + number + "}").last("a")).contains(number);
  }

  @Test
  void anArrayIsTheParameterRepeated() {
    var arguments = read("{\"acl\":[\"a\",2,true],\"b\":\"c\"}");

    assertThat(arguments.all().stream().map(Argument::name).toList())
        .isEqualTo(List.of("acl", "acl", "acl", "b"));
    assertThat(arguments.values("acl")).containsExactly("a", "2", "1");
  }

  @Test
  void nullIsNotGiven() {
    assertThat(read("{\"a\":null,\"b\":[\"c\",null]}").all())
        .containsExactly(new Argument("b", "c"));
  }

  /** It is not nothing either: a list that was meant to restrict must not vanish. */
  @Test
  void anArrayOfNullsIsEmpty() {
    assertThat(read("{\"acl\":[null,null]}").all()).containsExactly(new Argument("acl", ""));
  }

  @Test
  void theKeysOfOurFormsAreReadAsInAForm() {
    assertThat(read("{\"acl-1\":\"b\",\"acl\":\"a\"}").values("acl")).containsExactly("a", "b");
  }

  private static Arguments read(String json) {
    return ArgumentReader.read(
        Optional.empty(), Optional.of("application/json"), json.getBytes(StandardCharsets.UTF_8));
  }
}
