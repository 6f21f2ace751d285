package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The SAM template and the OpenAPI document, read by the tools that {@code src/test/lint/run} has. */
class TemplateLintIT {
  @Test
  void findsNothingInTheTemplateAndEachFaultThatIsPutIntoIt()
      throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("src/test/lint/run").redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(output);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
