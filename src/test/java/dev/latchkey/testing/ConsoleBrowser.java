package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Runs the browser tests of {@code src/test/console} against what serves the console. */
public final class ConsoleBrowser {
  private static final File TESTS = new File("src/test/console");
  private static final Path CHROMIUM =
      Path.of(Optional.ofNullable(System.getenv("CHROMIUM")).orElse("/usr/bin/chromium"));

  private ConsoleBrowser() {}

  /** Says that the tests are skipped where there is no browser. */
  public static void assumeThere() {
    if (!Files.exists(CHROMIUM)) {
      System.out.println("The console's browser tests are skipped: there is no " + CHROMIUM);
    }
    assumeTrue(Files.exists(CHROMIUM), "there is no " + CHROMIUM);
  }

  /** @param settings further variables of the environment, each as NAME=VALUE */
  public static void run(String url, String rootToken, String... settings)
      throws IOException, InterruptedException {
    run(new ProcessBuilder(
        "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"));
    var node = new ProcessBuilder("node", "--test", "console.test.mjs");
    node.environment().put("LATCHKEY_URL", url);
    node.environment().put("LATCHKEY_ROOT_TOKEN", rootToken);
    node.environment().put("CHROMIUM", CHROMIUM.toString());
    Optional.ofNullable(System.getProperty("pictures"))
        .ifPresent(folder ->
            node.environment().put("PICTURES", Path.of(folder).toAbsolutePath().toString()));
    for (var setting : settings) {
      node.environment().put(setting.split("=")[0], setting.split("=")[1]);
    }
    run(node);
  }

  private static void run(ProcessBuilder command) throws IOException, InterruptedException {
    var process = command.directory(TESTS).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(output);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
