package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The SAM template, read by tools that know what CloudFormation takes; see {@code src/test/lint}. */
class TemplateLintIT {
  private static final File LINT = new File("src/test/lint");

  @Test
  void findsNothingInTheTemplateAndEachFaultThatIsPutIntoIt()
      throws IOException, InterruptedException {
    run("npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund");
    run("node", "--test");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command).directory(LINT).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(output);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
