package dev.latchkey.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class GethostnameTest extends WhmTest {
  @Test
  void tellsTheConfiguredName() {
    assertThat(reseller().data("gethostname").toString()).isEqualTo("{\"hostname\":\"localhost\"}");
  }
}
