package dev.latchkey.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Map;
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

  /** sshd refuses the whole line, or never takes the key. */
  @Test
  void whatSshdWouldNotTakeIsNamedWithWhatItTakes() {
    Map.of(
            "from=\"192.0.2.9/24\"", "use “192.0.2.0/24”",
            "from=\"192.0.2.1,2001:db8::9/32\"", "use “2001:db8::/32”",
            "from=\"::ffff:192.0.2.1\"", "use “192.0.2.1”",
            "from=\"999.1.1.1\"", "999.1.1.1",
            "from=\"192.0.2.1,\"", "",
            "from=\"192.0.2.1\",from=\"192.0.2.2\"", "from= is given twice",
            "expiry-time=\"99999999\"", "“99999999” is no date",
            "expiry-time=\"20260230\"", "“20260230” is no date",
            "expiry-time=\"20270101\",expiry-time=\"20270102\"", "expiry-time= is given twice")
        .forEach((options, right) -> assertThatIllegalArgumentException()
            .as(options)
            .isThrownBy(() -> KeyOptions.parse(options))
            .withMessageContaining(right));
    for (var options : List.of(
        "from=\"192.0.2.9,192.0.2.0/25,2001:DB8::1,2001:db8::/32\"",
        "expiry-time=\"20280229\"",
        "expiry-time=\"202702281530Z\"",
        "expiry-time=\"20270228153059\"")) {
      assertThat(KeyOptions.parse(options).text()).isEqualTo(options);
    }
    assertThat(KeyOptions.parse("pty,expiry-time=\"202702281530Z\"").expiry())
        .contains(Instant.parse("2027-02-28T15:30:00Z"));
  }
}
