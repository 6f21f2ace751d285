package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class FormRefusalTest {
  @ParameterizedTest
  @Words("% 100% %4 %z1 %1z %%41 a%+1 %-1 a%f %u0041 %4\uFFFD")
  void anEscapeThatIsNoneIsRefused(String encoded) {
    assertRefused(encoded, "“%” is not followed by two hexadecimal digits; send a plain % as %25.");
  }

  @Test
  void digitsOfOtherScriptsAreNoHexadecimalDigits() {
    assertThatThrownBy(() -> Form.decode("%\uFF14\uFF11", "name")).isInstanceOf(WhmFailure.class);
  }

  @ParameterizedTest
  @Words("%ff %c0%80 %c3 %a9 %ed%a0%80 %ed%b0%80 %f4%90%80%80 %e2%82 %e9t%e9 %fe%ff%00a")
  void escapedBytesThatAreNoUtf8AreRefused(String encoded) {
    assertRefused(encoded, "its bytes are not UTF-8.");
  }

  @Test
  void rawBytesThatAreNoUtf8AreRefused() {
    assertThatThrownBy(() -> Form.utf8(new byte[] {'a', '=', (byte) 0xE9}, "the body"))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("the body: its bytes are not UTF-8.");
  }

  @Test
  void aNameThatCannotBeReadIsRefusedByWhereItStands() {
    assertThatThrownBy(() -> read("a=1&b%=2")).hasMessageStartingWith("the query: ");
  }

  @Test
  void aValueThatCannotBeReadIsRefusedByItsNameAndNotQuoted() {
    assertThatThrownBy(() -> read("token=SECRET%zz"))
        .hasMessageStartingWith("token: ")
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void aRefusalOfAHostileNameIsCutAndHasNoLineBreak() {
    assertThatThrownBy(() -> read("a%0d%0aroot+admitted" + "x".repeat(10_000) + "=%zz"))
        .isInstanceOf(WhmFailure.class)
        .satisfies(refusal -> assertThat(refusal.getMessage())
            .hasSizeLessThan(250)
            .doesNotContainPattern("[\\r\\n]"));
  }

  private static void assertRefused(String encoded, String problem) {
    assertThatThrownBy(() -> Form.decode(encoded, "name"))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("name: " + problem);
  }

  private static void read(String form) {
    Form.read(form, "the query", argument -> {});
  }
}
