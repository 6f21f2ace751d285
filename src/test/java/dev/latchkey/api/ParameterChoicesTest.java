package dev.latchkey.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** The choices and defaults that OpenAPI, the console and the command line offer are what a call takes. */
@QuarkusTest
class ParameterChoicesTest extends WhmTest {
  @Inject
  Functions functions;

  @Test
  void whatIsOfferedIsTakenAndNothingElse() {
    var choosing = functions.declarations().stream()
        .flatMap(function -> function.parameters().stream())
        .map(Parameter::type)
        .filter(type -> !type.choices().isEmpty())
        .toList();

    assertThat(choosing).hasSizeGreaterThan(5).allSatisfy(type -> {
      assertThat(type.choices())
          .allSatisfy(choice ->
              assertThatCode(() -> type.parser().apply(choice)).doesNotThrowAnyException());
      assertThatIllegalArgumentException().isThrownBy(() -> type.parser().apply("something-else"));
    });
  }

  /** A default that a call may not send would be another value than the one that is documented. */
  @Test
  void whatIsTakenByDefaultCanBeSent() {
    var defaults = functions.declarations().stream()
        .flatMap(function -> function.parameters().stream())
        .filter(
            parameter -> parameter.byDefault().filter(value -> !value.isEmpty()).isPresent())
        .toList();

    assertThat(defaults)
        .hasSizeGreaterThan(10)
        .allSatisfy(parameter -> assertThatCode(
                () -> parameter.type().parser().apply(parameter.byDefault().orElseThrow()))
            .as(parameter.name())
            .doesNotThrowAnyException());
  }
}
