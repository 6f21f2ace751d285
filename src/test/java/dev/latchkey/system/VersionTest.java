package dev.latchkey.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.settings.Release;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@QuarkusTest
class VersionTest extends WhmTest {
  @Test
  void tellsTheDocumentedLevelAndOurOwnVersionBesideIt() {
    var data = reseller().data("version");

    assertThat(data.path("version").asText()).isEqualTo("11.138.0.6");
    assertThat(data.path("latchkey_version").asText())
        .isEqualTo(Release.NAME)
        .matches("[0-9]+\\.[0-9]+\\.[0-9]+\\+([0-9a-f]{12,}(\\.changed)?|unknown)");
    // A build of a checkout says which commit it is.
    assertThat(Release.NAME.endsWith("+unknown")).isEqualTo(Files.notExists(Path.of(".git")));
  }
}
