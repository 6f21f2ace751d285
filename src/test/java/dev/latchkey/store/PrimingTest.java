package dev.latchkey.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmTest;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What a Lambda does with DynamoDB while it starts. */
@QuarkusTest
@InProcess
@EnabledIfSystemProperty(
    named = "lambda",
    matches = ".*",
    disabledReason = "what runs all the time has no cold start")
@WayIn
class PrimingTest extends WhmTest {
  @Inject
  Event<StartupEvent> start;

  @Inject
  Schema schema;

  @BeforeEach
  @AfterEach
  void forget() {
    schema.forget();
    SdkProbe.reset();
  }

  @Test
  void aStartReadsOnce() {
    start.fire(new StartupEvent());

    assertThat(SdkProbe.requests()).containsExactly("GetItem");
    assertThat(SdkProbe.sent("SCHEMA")).hasSize(1);
    root().data("version");
    assertThat(SdkProbe.sent("SCHEMA")).hasSize(1);
  }

  @Test
  void aStartWithoutTheDatabaseIsAStart() {
    SdkProbe.failBefore(request -> Optional.of(SdkClientException.create("unreachable")));

    start.fire(new StartupEvent());

    SdkProbe.reset();
    assertThat(root().data("version").has("version")).isTrue();
  }
}
