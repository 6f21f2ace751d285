package dev.latchkey.api;

import static dev.latchkey.api.Given.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void theFormsOfRealClientsMixInOneCall() {
    var arguments = given("acl-2=e", "acl=a", "acl-1=d", "acl=b", "acl[]=c", "acl[7]=f");

    assertThat(arguments.values("acl")).containsExactly("a", "b", "c", "d", "e", "f");
  }

  @Test
  void tenComesAfterNine() {
    assertThat(given("acl-10=last", "acl-9=first").values("acl")).containsExactly("first", "last");
  }

  @Test
  void theGrammarOfSetaclsIsNoValueOfAcl() {
    assertThat(given("acl-create-acct=1").values("acl")).isEmpty();
  }

  @Test
  void anEmptyValueIsAValue() {
    assertThat(given("acl=").values("acl")).containsExactly("");
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
  void anArgumentDoesNotPrintItsValue() {
    assertThat(new Argument("token", "SECRET")).hasToString("token=…");
  }
}
