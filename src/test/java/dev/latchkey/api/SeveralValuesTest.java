package dev.latchkey.api;

import static dev.latchkey.api.Given.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeveralValuesTest {
  private static final ParameterType<Long> DIGIT = ParameterType.integer(0, 9);
  private static final Parameter<Optional<List<Long>>> SEVERAL =
      Parameter.several("n", DIGIT, "Digits.");
  private static final Parameter<List<Long>> REQUIRED =
      Parameter.requiredSeveral("n", DIGIT, "Digits.");
  private static final Parameter<Optional<List<Long>>> SPELLED =
      Parameter.several("whitelist_ip", DIGIT, "Addresses.").alsoSpelled("whitelist-ip");

  @Test
  void theyAreReadInEveryForm() {
    assertThat(SEVERAL.from(given("n-1=2", "n=1", "n[2]=3"))).contains(List.of(1L, 2L, 3L));
  }

  @Test
  void whenTheyAreMissingThereIsNoListAndNoEmptyOne() {
    assertThat(SEVERAL.from(given("m=1"))).isEmpty();
  }

  @Test
  void requiredOnesThatAreMissingAreNamedWithWhatTheyAre() {
    assertThatThrownBy(() -> REQUIRED.from(given()))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("n: is missing; digits.");
  }

  @Test
  void oneInAnyFormIsEnough() {
    assertThat(REQUIRED.from(given("n-5=1"))).containsExactly(1L);
  }

  @Test
  void whatWhmsDocumentationPrintsIsReadAfterTheNameItself() {
    assertThat(SPELLED.from(given("whitelist-ip-3=3", "whitelist-ip=2", "whitelist_ip-9=1")))
        .contains(List.of(1L, 2L, 3L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1,2", "1, 2", "1;2", "1|2", "1 2", "[1,2]", "[\"1\",\"2\"]", "1,2,x"})
  void valuesSentAsOneAreRefusedWithHowToSendThem(String joined) {
    assertThatThrownBy(() -> SEVERAL.from(given("n=" + joined)))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("n: “" + joined + "” is several values in one; send “n-1=1&n-2=2” instead.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x,", " x", ",", "[x]"})
  void oneValueWithAStrayCommaIsNotSeveral(String one) {
    assertThatThrownBy(() -> SEVERAL.from(given("n=" + one)))
        .hasMessage("n: “" + one + "” is not a whole number.");
  }

  @Test
  void aRefusalOfManyValuesSentAsOneIsCut() {
    assertThatThrownBy(() -> SEVERAL.from(given("n=" + "x\r\n,".repeat(10_000))))
        .satisfies(refusal -> assertThat(refusal.getMessage())
            .hasSizeLessThan(300)
            .doesNotContainPattern("[\\r\\n]"));
  }

  @Test
  void aValueThatIsNoneIsRefusedByTheParametersName() {
    assertThatThrownBy(() -> SEVERAL.from(given("n=1", "n-1=x")))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("n: “x” is not a whole number.");
  }
}
