package dev.latchkey.api;

import static dev.latchkey.api.Given.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParameterTest {
  private static final ParameterType<Long> DIGIT = ParameterType.integer(0, 9);
  private static final Parameter<Long> REQUIRED = Parameter.required("n", DIGIT, "A digit.");
  private static final Parameter<Optional<Long>> OPTIONAL =
      Parameter.optional("n", DIGIT, "A digit.");
  private static final Parameter<Long> DEFAULTING =
      Parameter.defaulting("n", DIGIT, 7L, "A digit; 7 when left out.");

  @Test
  void aRequiredOneThatIsThereIsRead() {
    assertThat(REQUIRED.from(given("n=3"))).isEqualTo(3);
  }

  @Test
  void aRequiredOneThatIsMissingIsNamedWithWhatItIs() {
    assertThatThrownBy(() -> REQUIRED.from(given("m=3")))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("n: is missing; a digit.");
  }

  @Test
  void anOptionalOneMayBeMissing() {
    assertThat(OPTIONAL.from(given("m=3"))).isEmpty();
    assertThat(OPTIONAL.from(given("n=3"))).contains(3L);
  }

  @Test
  void aDefaultHoldsOnlyWhereNothingIsGiven() {
    assertThat(DEFAULTING.from(given())).isEqualTo(7);
    assertThat(DEFAULTING.from(given("n=3"))).isEqualTo(3);
  }

  @Test
  void theLastValueHolds() {
    assertThat(REQUIRED.from(given("n=3", "n=4"))).isEqualTo(4);
  }

  @Test
  void aNumberedFormIsNotRead() {
    assertThat(OPTIONAL.from(given("n-1=3", "n[]=4", "n[0]=5"))).isEmpty();
  }

  @Test
  void aValueThatIsNoneIsRefusedByTheParametersName() {
    assertThatThrownBy(() -> REQUIRED.from(given("n=x")))
        .isInstanceOf(WhmFailure.class)
        .hasMessage("n: “x” is not a whole number.");
  }
}
