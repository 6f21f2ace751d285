package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.api.Argument;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormTest {
  @Test
  void bothCasesOfHexadecimalDigitsAreRead() {
    assertThat(Form.decode("%c3%A9%C3%a9", "name")).isEqualTo("éé");
  }

  @Test
  void aPlusIsASpaceAndAnEscapedPlusIsAPlus() {
    assertThat(Form.decode("a+b%2Bc", "name")).isEqualTo("a b+c");
    assertThat(Form.decode("a+b", "name")).isEqualTo("a b");
  }

  @Test
  void rawUtf8BesideEscapesIsKept() {
    assertThat(Form.decode("é%20€", "name")).isEqualTo("é €");
  }

  @Test
  void aNameWithoutAnEqualsSignHasAnEmptyValue() {
    assertThat(read("acl&b=")).containsExactly(new Argument("acl", ""), new Argument("b", ""));
  }

  @Test
  void onlyTheFirstEqualsSignDivides() {
    assertThat(read("command=version?a=b")).containsExactly(new Argument("command", "version?a=b"));
  }

  @Test
  void ampersandsWithNothingBetweenThemAreNoArguments() {
    assertThat(read("&&a=1&&")).containsExactly(new Argument("a", "1"));
  }

  @Test
  void anEscapedAmpersandOrEqualsSignDividesNothing() {
    assertThat(read("a%3Db=c%26d")).containsExactly(new Argument("a=b", "c&d"));
  }

  private static List<Argument> read(String form) {
    var all = new ArrayList<Argument>();
    Form.read(form, "the query", all::add);
    return all;
  }
}
