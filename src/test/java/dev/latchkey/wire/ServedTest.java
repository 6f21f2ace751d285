package dev.latchkey.wire;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.api.Functions;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ServedTest extends WhmTest {
  private static final Optional<String> IN_LAMBDA = Optional.of("latchkey-Version");

  @Inject
  Functions functions;

  @Test
  void aServerAnswersAll() {
    var served = new Served(functions, Optional.empty(), Optional.empty(), Optional.empty());

    assertThat(functions.declarations()).allMatch(function -> served.includes(function.name()));
    assertThat(served.includes("nothing")).isFalse();
  }

  @Test
  void aLambdaAnswersThoseThatItsEnvironmentNames() {
    var served =
        new Served(functions, Optional.of(List.of("version")), Optional.empty(), IN_LAMBDA);

    assertThat(served.includes("version")).isTrue();
    assertThat(served.includes("applist")).isFalse();
  }

  @Test
  void aLambdaWhoseEnvironmentNamesNoneAnswersNone() {
    assertThat(new Served(functions, Optional.empty(), Optional.empty(), IN_LAMBDA)
            .includes("version"))
        .isFalse();
  }

  @Test
  void aNameThatIsNoFunctionsStopsTheStart() {
    var served =
        new Served(functions, Optional.of(List.of("versoin")), Optional.empty(), IN_LAMBDA);

    assertThatIllegalStateException()
        .isThrownBy(() -> served.start(null))
        .withMessageContaining("“versoin”");
  }

  @Test
  void internalFunctionsAreNotReachedFromOutside() {
    given().post("/internal/reconcile").then().statusCode(404);
    given().post("/internal/bootstrap").then().statusCode(404);
  }
}
