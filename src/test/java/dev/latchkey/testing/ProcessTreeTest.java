package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessTreeTest {
  @Test
  void leavesNothingRunningThatIgnoresTheSignal() throws IOException {
    var process = new ProcessBuilder(
            "sh", "-c", "exec 3<&0; sh -c 'trap \"\" TERM; echo; read end' <&3 & wait")
        .start();
    assertThat(process.getInputStream().read()).isEqualTo('\n');
    var child = process.children().findFirst().orElseThrow();

    ProcessTree.end(process);

    assertThat(process.isAlive()).isFalse();
    assertThat(child.isAlive()).isFalse();
  }
}
