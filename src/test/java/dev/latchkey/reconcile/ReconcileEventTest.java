package dev.latchkey.reconcile;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.InternalGate;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@InProcess
@WayIn
class ReconcileEventTest extends WhmTest {
  @BeforeEach
  void becomeTheInternalFunction() {
    InternalGate.become("reconcile");
  }

  @AfterEach
  void serveFunctionsAgain() {
    InternalGate.serveFunctions();
  }

  @Test
  void theScheduleAndANodeThatIsNotOursAreAnswered() {
    assertThat(
            given().post("/internal/reconcile").then().statusCode(200).extract().asString())
        .startsWith("Looked at ");
    assertThat(given()
            .post("/internal/reconcile?node=i-0123456789abcdef0&command=none-of-ours")
            .then()
            .statusCode(200)
            .extract()
            .asString())
        .isEqualTo("Looked at 0 servers.\n");
  }

  @Test
  void itIsNothingElse() {
    given().get("/json-api/version?api.version=1").then().statusCode(404);
    given().post("/internal/bootstrap").then().statusCode(404);
  }

  @Test
  void whatItFindsIsALineOfTheEmbeddedMetricFormat() {
    var look = new Look("web", false, 42, 0, true, false);

    assertThat(ReconcilerMetrics.line(List.of(look), "latchkey", Instant.ofEpochSecond(1)))
        .contains(
            "{\"_aws\":{\"Timestamp\":1000,\"CloudWatchMetrics\":[{\"Namespace\":\"Latchkey\","
                + "\"Dimensions\":[[\"Table\"]],\"Metrics\":[{\"Name\":\"OldestRevoking\",\"Unit\":\"Seconds\"},"
                + "{\"Name\":\"SweepStopped\",\"Unit\":\"Count\"},{\"Name\":\"Unconfirmed\",\"Unit\":\"Count\"}]}]},\"Table\":\"latchkey\",\"OldestRevoking\":42,\"SweepStopped\":1,\"Unconfirmed\":1}");
  }

  @Test
  void whereThereIsNothingToTellNoMetricIsPaidFor() {
    var look = new Look("web", true, 0, 0, false, false);

    assertThat(ReconcilerMetrics.line(List.of(look), "latchkey", Instant.EPOCH)).isEmpty();
  }
}
