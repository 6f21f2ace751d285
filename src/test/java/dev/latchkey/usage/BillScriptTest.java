package dev.latchkey.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tests of {@code infra/bill}, which are Python's: {@code python3 -m unittest discover -s infra/tests}. */
class BillScriptTest {
  @Test
  void itsOwnTestsPass() throws Exception {
    var process = new ProcessBuilder(
            List.of("python3", "-m", "unittest", "discover", "-s", "infra/tests"))
        .redirectErrorStream(true)
        .start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
