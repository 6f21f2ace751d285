package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.WhmFailure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentReaderTest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json";

  @ParameterizedTest
  @ValueSource(
      strings = {FORM, FORM + "; charset=utf-8", "application/octet-stream", "", "x", JSON + "2"})
  void aBodyIsAFormWhateverItsTypeIsCalled(String type) {
    assertThat(read(type, "a=1&b=2").all())
        .containsExactly(new Argument("a", "1"), new Argument("b", "2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {";", ";;", ";charset=utf-8"})
  void aTypeThatIsNothingButParametersIsNoType(String type) {
    assertThat(read(type, "a=1").last("a")).contains("1");
  }

  @Test
  void theQueryComesBeforeTheBody() {
    var body = "acl=body&name=body".getBytes(StandardCharsets.UTF_8);
    var arguments =
        ArgumentReader.read(Optional.of("acl=query&name=query"), Optional.empty(), body);

    assertThat(arguments.values("acl")).containsExactly("query", "body");
    assertThat(arguments.last("name")).contains("body");
  }

  @Test
  void aBodyWithoutATypeIsAForm() {
    var body = "a=1".getBytes(StandardCharsets.UTF_8);

    assertThat(ArgumentReader.read(Optional.empty(), Optional.empty(), body).last("a"))
        .contains("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {JSON, JSON + "; charset=utf-8", "Application/JSON", " " + JSON + " ", JSON + ";"})
  void aBodyUnderJsonIsJson(String type) {
    assertThat(read(type, "{\"a\":\"1\"}").last("a")).contains("1");
  }

  /** To every JSON checker it is valid; a value of it may be a secret. */
  @Test
  void aNameThatIsInTheJsonTwiceIsSaid() {
    assertThatThrownBy(() -> read(JSON, "{\"acl\":\"list-accts\",\"acl\":\"all\"}"))
        .isInstanceOf(WhmFailure.class)
        .hasMessageContainingAll("acl: is in the JSON body twice", "array")
        .hasMessageNotContainingAny("list-accts", "all\"");
    assertThat(read(JSON, "{\"acl\":[\"list-accts\",\"all\"]}").values("acl"))
        .containsExactly("list-accts", "all");
  }

  @ParameterizedTest
  @ValueSource(strings = {"multipart/form-data; boundary=x", "MULTIPART/FORM-DATA"})
  void aMultipartBodyIsRefusedWithWhatToSend(String type) {
    assertThatThrownBy(() -> read(type, "--x--"))
        .isInstanceOf(WhmFailure.class)
        .hasMessageContainingAll("multipart/form-data", FORM);
  }

  @Test
  void anEmptyBodyOfAnyTypeIsNoArguments() {
    assertThat(read(JSON, "").all()).isEmpty();
  }

  private static Arguments read(String type, String body) {
    return ArgumentReader.read(
        Optional.empty(), Optional.of(type), body.getBytes(StandardCharsets.UTF_8));
  }
}
