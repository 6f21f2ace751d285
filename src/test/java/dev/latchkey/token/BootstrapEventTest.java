package dev.latchkey.token;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.User;
import dev.latchkey.audit.AuditTable;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.InternalGate;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@InProcess
@WayIn
class BootstrapEventTest extends WhmTest {
  @BeforeEach
  void becomeTheInternalFunction() {
    InternalGate.become("bootstrap");
  }

  @AfterEach
  void serveFunctionsAgain() {
    InternalGate.serveFunctions();
  }

  @Inject
  CredentialTable credentials;

  @Inject
  AuditTable audit;

  @Test
  void everyCallMakesATokenOfRootsWithAnAuditEntry() {
    var first = made();
    var second = made();

    assertThat(second.name()).startsWith("bootstrap-").isNotEqualTo(first.name());
    assertThat(second.scope().privileges().grants(Privilege.ALL)).isTrue();
    assertThat(audit
            .newestFirst(
                User.ROOT, Instant.EPOCH, Instant.now().plusSeconds(60), Optional.empty(), 100)
            .await()
            .indefinitely()
            .entries())
        .anySatisfy(entry -> {
          assertThat(entry.function()).isEqualTo("bootstrap");
          assertThat(entry.what()).contains(second.name());
        });
  }

  private Credential made() {
    var value =
        given().post("/internal/bootstrap").then().statusCode(200).extract().asString();
    var token = TokenValue.parse(value.strip()).orElseThrow();
    return credentials
        .find(User.ROOT, token)
        .await()
        .indefinitely()
        .orElseThrow()
        .credential();
  }

  @Test
  void itIsNothingElse() {
    given().get("/json-api/version?api.version=1").then().statusCode(404);
    given().post("/internal/reconcile").then().statusCode(404);
  }
}
