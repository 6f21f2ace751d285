package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The agent's own tests, which are Python's: {@code python3 -m unittest discover -s infra/agent}. */
class AgentIT {
  @Test
  void itsOwnTestsPass() throws Exception {
    var process = new ProcessBuilder("python3", "-m", "unittest", "discover", "-s", "infra/agent")
        .redirectErrorStream(true)
        .redirectInput(new File("/dev/null"))
        .start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).containsPattern("Ran [1-9][0-9]+ tests");
    output
        .lines()
        .filter(line -> line.contains("skipped") || line.startsWith("Ran "))
        .forEach(System.out::println);
  }
}
