package dev.latchkey.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeyOptionsTest {
  @Test
  void whatNarrowsIsAllowed() {
    for (var options : List.of(
        "no-pty",
        "restrict,pty",
        "from=\"192.0.2.0/24,2001:db8::/32\",no-pty",
        "expiry-time=\"20270101\"")) {
      assertThat(KeyOptions.parse(options).text()).isEqualTo(options);
    }
  }

  @Test
  void whatRunsOrHidesSomethingIsNamed() {
    for (var options : List.of(
        "command=\"id\"",
        "pty,,pty",
        "from=\"*\"",
        "from=\"1.1.1.1\",command=\"x,y\"",
        "tunnel=\"1\"",
        "RESTRICT",
        " pty")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> KeyOptions.parse(options))
          .withMessageContaining("is not allowed; allowed are");
    }
  }
}
