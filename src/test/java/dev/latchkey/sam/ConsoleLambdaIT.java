package dev.latchkey.sam;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.testing.ConsoleBrowser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console's pages in a browser, from the package that is deployed, behind the template with {@code Console=yes}. With the
 * package for the JVM it takes some minutes, of which nearly all are functions that start, so that {@code make lambda} alone
 * asks for it; of the native one ({@code -Dtest.package}) they start at once, and {@code .ci/run} does.
 */
@EnabledIfSystemProperty(
    named = "test.browser",
    matches = "lambda",
    disabledReason = "make lambda and .ci/run ask for it")
class ConsoleLambdaIT {
  private static final Path PACKAGE =
      Path.of(System.getProperty("test.package", "target/lambda/function.zip"));

  @Test
  void itsPagesAndTheWalk(@TempDir Path folder) throws IOException, InterruptedException {
    assumeTrue(Files.exists(PACKAGE), "no package; mvn -Dlambda=http verify makes one");
    ConsoleBrowser.assumeThere();
    try (var sam = SamProcess.launch(folder, PACKAGE, Path.of("sam-template.yaml"))) {
      ConsoleBrowser.run(
          sam.url(), sam.file("root-token"), "LATCHKEY_PACKAGE=1", "LATCHKEY_PATIENCE=90000");
    }
  }
}
