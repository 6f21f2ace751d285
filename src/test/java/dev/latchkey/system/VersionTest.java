package dev.latchkey.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class VersionTest extends WhmTest {
  @Test
  void tellsTheDocumentedLevelAndOurOwnVersionBesideIt() {
    var data = reseller().data("version");

    assertThat(data.path("version").asText()).isEqualTo("11.138.0.6");
    assertThat(data.path("latchkey_version").asText()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
  }
}
