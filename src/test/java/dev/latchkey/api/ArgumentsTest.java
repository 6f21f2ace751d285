package dev.latchkey.api;

import static dev.latchkey.api.Given.given;
import static org.assertj.core.api.Assertions.assertThat;

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
  void anArgumentDoesNotPrintItsValue() {
    assertThat(new Argument("token", "SECRET")).hasToString("token=…");
  }
}
