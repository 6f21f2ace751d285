package dev.latchkey.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.settings.Release;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import org.junit.jupiter.api.Test;

@QuarkusTest
class VersionTest extends WhmTest {
  private static final String CHANGED = ".changed";

  @Test
  void tellsTheDocumentedLevelAndOurOwnVersionBesideIt() throws Exception {
    var data = reseller().data("version");

    assertThat(data.path("version").asText()).isEqualTo("11.138.0.6");
    // A package is tested beside classes that were compiled later, when files may have been
    // changed.
    assertThat(data.path("latchkey_version").asText().replace(CHANGED, ""))
        .isEqualTo(Release.NAME.replace(CHANGED, ""))
        .matches("[0-9]+\\.[0-9]+\\.[0-9]+\\+([0-9a-f]{12,}|unknown)");
    assertThat(Release.NAME.endsWith("+unknown")).isEqualTo(!gitKnowsTheCommit());
  }

  /** Also a checkout of somebody else's is one that git does not speak of. */
  private static boolean gitKnowsTheCommit() throws InterruptedException {
    try {
      return new ProcessBuilder("git", "rev-parse", "HEAD")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
