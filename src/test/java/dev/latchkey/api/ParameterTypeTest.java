package dev.latchkey.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterTypeTest {
  private static final ParameterType<Long> FROM_2_TO_9 = ParameterType.integer(2, 9);

  @ParameterizedTest
  @CsvSource({"2, 2", "9, 9", "007, 7"})
  void aWholeNumberInTheRangeIsRead(String text, long number) {
    assertThat(FROM_2_TO_9.parser().apply(text)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "10", "-3", "9223372036854775808", "1000000000000000000000000000000"})
  void aNumberOutOfTheRangeIsRefusedWithTheRange(String text) {
    assertThatThrownBy(() -> FROM_2_TO_9.parser().apply(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("“" + text + "” is out of range; it must be from 2 to 9.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "1.0", "1e3", "+5", " 5", "5 ", "0x5", "--5", "-", "5\n", "\u0665"})
  void whatIsNoWholeNumberIsRefused(String text) {
    assertThatThrownBy(() -> FROM_2_TO_9.parser().apply(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("” is not a whole number.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1"})
  void aNumberThatIsNotPositiveIsToldTheLeastOne(String text) {
    assertThatThrownBy(() -> ParameterType.positive().parser().apply(text))
        .hasMessage("“" + text + "” is out of range; it must be at least 1.");
  }

  @Test
  void aNumberThatIsTooGreatIsNotToldThatItMustBeAtLeastOne() {
    assertThatThrownBy(() -> ParameterType.positive().parser().apply("9223372036854775808"))
        .hasMessageContaining(Long.toString(Long.MAX_VALUE))
        .hasMessageNotContaining("at least");
  }

  @Test
  void aFlagIsOneOrZero() {
    assertThat(ParameterType.FLAG.parser().apply("1")).isTrue();
    assertThat(ParameterType.FLAG.parser().apply("0")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false", "yes", "2", "01", ""})
  void aFlagIsNothingElse(String text) {
    assertThatThrownBy(() -> ParameterType.FLAG.parser().apply(text))
        .hasMessage("“" + text + "” is neither 1 nor 0.");
  }
}
