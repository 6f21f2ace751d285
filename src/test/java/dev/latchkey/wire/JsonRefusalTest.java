package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.api.Arguments;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.testing.Words;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** A body may hold a secret, so that no refusal quotes it. */
class JsonRefusalTest {
  @ParameterizedTest
  @Words("{} {\"x\":1} [[1]] [{}] [\"a\",[]] [[]]")
  void aNestedValueIsRefusedByItsKey(String nested) {
    assertRefused(
        "{\"b\":1,\"acl\":" + nested + "}",
        "acl: a nested value is not read; send a string, a number or an array of these.");
  }

  @ParameterizedTest
  @Words("\"SECRET\" [\"SECRET\"] 1 null true")
  void whatIsNoObjectIsRefused(String json) {
    assertRefused(json, "The body is application/json but not a JSON object.");
  }

  @ParameterizedTest
  @Words("""
      { {"SECRET" {"a":"SECRET {"a":SECRET} {'a':'SECRET'} {a:1} {"a":1,} {"a":[1,]} {"a":NaN} {"a":01}
      {"a":+1} {"a":1/*SECRET*/} {"a":[1 {"a":tru} {"a":"\\x"} {"a"} {,} {"a":.5} {"a":1]}""")
  void whatIsNoJsonIsRefused(String json) {
    assertRefused(json, "The body is application/json but not valid JSON (");
  }

  @Test
  void whereTheJsonIsWrongIsSaid() {
    assertRefused("{\"a\":1,\n\"b\":SECRET}", "(line 2, column ");
  }

  @Test
  void aKeyThatComesTwiceIsRefused() {
    assertRefused(
        "{\"token\":\"SECRET\",\"token\":\"SECRET2\"}", "token: is in the JSON body twice");
  }

  @ParameterizedTest
  @Words("{\"SECRET\":1} ] SECRET , 1 \"SECRET\"")
  void whatComesAfterTheObjectIsRefused(String more) {
    assertRefused("{\"a\":1} " + more, "The body ");
  }

  @ParameterizedTest
  @Words("[ {\"a\":")
  void nestingWithoutEndIsRefused(String bomb) {
    assertRefused("{\"a\":" + bomb.repeat(10_000), "a nested value is not read");
  }

  @ParameterizedTest
  @Words("UTF-16 UTF-16LE UTF-16BE UTF-32 ISO-8859-1")
  void otherEncodingsThanUtf8AreRefused(String charset) {
    var body = "{\"a\":\"é\"}".getBytes(Charset.forName(charset));
    var type = Optional.of("application/json; charset=" + charset);

    assertThatThrownBy(() -> ArgumentReader.read(Optional.empty(), type, body))
        .isInstanceOf(WhmFailure.class);
  }

  @Test
  void aRefusalOfAHostileKeyIsCutAndHasNoLineBreak() {
    var hostile = "a\\r\\nroot admitted" + "x".repeat(10_000);

    assertThatThrownBy(() -> read("{\"" + hostile + "\":{}}"))
        .isInstanceOf(WhmFailure.class)
        .satisfies(refusal -> assertThat(refusal.getMessage())
            .hasSizeLessThan(250)
            .doesNotContainPattern("[\\r\\n]"));
  }

  private static void assertRefused(String json, String reason) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(WhmFailure.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("SECRET");
  }

  private static Arguments read(String json) {
    return ArgumentReader.read(
        Optional.empty(), Optional.of("application/json"), json.getBytes(StandardCharsets.UTF_8));
  }
}
