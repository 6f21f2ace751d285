package dev.latchkey.reconcile;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.InternalGate;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** As Lambda sees it: an answer is a success whatever its status, so that no alarm and no repetition would come of it. */
@QuarkusTest
@InProcess
@WayIn
@EnabledIfSystemProperty(
    named = "lambda",
    matches = ".*",
    disabledReason = "there are no invocations without Lambda")
class ReconcilerFailureTest extends WhmTest {
  @BeforeEach
  void becomeTheInternalFunction() {
    InternalGate.become("reconcile");
  }

  @AfterEach
  void serveFunctionsAgain() {
    InternalGate.serveFunctions();
  }

  @AfterEach
  void noMoreFaults() {
    SdkProbe.reset();
  }

  @Test
  void aRunThatFailsIsAFailedInvocation() throws IOException {
    var event = Files.readString(Path.of("infra/bootstrap.json")).replace("bootstrap", "reconcile");
    assertThat(invoke(event)).contains("\"statusCode\":200");

    SdkProbe.failBefore(request ->
        Optional.of(ResourceNotFoundException.builder().message("no table").build()));

    assertThat(invoke(event)).contains("errorType").contains("reconcile failed; its log has why");
  }

  private static String invoke(String event) {
    return given().contentType("application/json").body(event).post("/_lambda_").asString();
  }
}
