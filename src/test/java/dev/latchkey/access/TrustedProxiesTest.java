package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static final String PROXY = "192.0.2.10";

  private static final TrustedProxies PROXIES =
      TrustedProxies.parse(List.of(PROXY, " 198.51.100.0/28 ", "2001:db8:1::/48"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.7|203.0.113.7",
        // The gateway appends the proxy, or does not.
        "203.0.113.7, 192.0.2.10|203.0.113.7",
        "203.0.113.7,198.51.100.15,192.0.2.10|203.0.113.7",
        // What the caller wrote himself is to the left of what the proxy wrote.
        "10.0.0.1, 203.0.113.7|203.0.113.7",
        "192.0.2.10, 203.0.113.7|203.0.113.7",
        "garbage, 203.0.113.7|203.0.113.7",
        "203.0.113.8, 203.0.113.7, 198.51.100.1|203.0.113.7",
        // The same address in other forms.
        "::ffff:203.0.113.7|203.0.113.7",
        "203.0.113.7, ::ffff:192.0.2.10|203.0.113.7",
        "203.0.113.7, 0:0:0:0:0:ffff:c000:20a|203.0.113.7",
        "203.0.113.7:4711|203.0.113.7",
        "203.0.113.7, 192.0.2.10:443|203.0.113.7",
        "[2001:db8::7]:4711|2001:db8::7",
        "[2001:db8::7]|2001:db8::7",
        "2001:DB8:0:0::7|2001:db8::7",
        "203.0.113.7, 2001:db8:1::5|203.0.113.7",
        // Proxies alone: the first of them.
        "198.51.100.3, 192.0.2.10|198.51.100.3",
        "192.0.2.10|192.0.2.10"
      })
  void theCallerIsTheRightMostThatIsNoProxy(String header, String caller) {
    assertThat(PROXIES.caller(PROXY, List.of(header))).hasValue(caller);
    assertThat(PROXIES.caller("::ffff:" + PROXY, List.of(header))).hasValue(caller);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        "203.0.113.7,",
        "203.0.113.7, , 192.0.2.10",
        "unknown",
        "203.0.113.7, unknown",
        "203.0.113.7, _hidden, 192.0.2.10",
        "203.0.113.0/24",
        "fe80::1%eth0",
        "203.0.113.7:",
        "203.0.113.7:port",
        "203.0.113.7 192.0.2.10",
        "203.0.113.07",
        "2130706433",
        "[203.0.113.7",
        "for=203.0.113.7",
        "\"203.0.113.7\"",
        "localhost"
      })
  void whatIsNoAddressOfAProxyIsNobodys(String header) {
    assertThat(PROXIES.caller(PROXY, List.of(header))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"203.0.113.1", "192.0.2.11", "198.51.100.16", "2001:db8:2::1", "::1"})
  void fromAnybodyElseTheHeaderIsNotRead(String peer) {
    assertThat(PROXIES.caller(peer, List.of("203.0.113.7"))).hasValue(peer);
    assertThat(PROXIES.caller(peer, List.of("garbage"))).hasValue(peer);
  }

  @Test
  void withoutProxiesNobodysIsRead() {
    var none = TrustedProxies.parse(List.of());
    assertThat(none.caller(PROXY, List.of("203.0.113.7"))).hasValue(PROXY);
  }

  @Test
  void withoutTheHeaderItIsTheProxy() {
    assertThat(PROXIES.caller(PROXY, List.of())).hasValue(PROXY);
  }

  @Test
  void severalHeadersAreOneList() {
    assertThat(PROXIES.caller(PROXY, List.of("10.0.0.1", "203.0.113.7", "198.51.100.2")))
        .hasValue("203.0.113.7");
    assertThat(PROXIES.caller(PROXY, List.of("203.0.113.7", ""))).isEmpty();
  }

  @Test
  void aThousandEntriesAreNoneTooMany() {
    var others = String.join(",", Collections.nCopies(1000, "10.0.0.1"));
    assertThat(PROXIES.caller(PROXY, List.of(others + ",203.0.113.7"))).hasValue("203.0.113.7");
    var proxies = String.join(",", Collections.nCopies(1000, PROXY));
    assertThat(PROXIES.caller(PROXY, List.of("203.0.113.7," + proxies))).isEmpty();
  }

  @Test
  void tenProxiesMayStandOneBehindTheOther() {
    var most = String.join(",", Collections.nCopies(TrustedProxies.MOST_HOPS - 1, PROXY));
    assertThat(PROXIES.caller(PROXY, List.of("203.0.113.7," + most))).hasValue("203.0.113.7");
    assertThat(PROXIES.caller(PROXY, List.of("203.0.113.7," + most + "," + PROXY)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy.example.com", "192.0.2", "192.0.2.1/33", "*", "", "fe80::1%eth0"})
  void aListWithWhatIsNoAddressIsRefused(String entry) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustedProxies.parse(List.of(PROXY, entry)))
        .withMessageContaining("“" + entry + "” is not an IP address or CIDR range; use 192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0/0", "10.0.0.0/7", "::/0", "2001::/31", "::ffff:0:0/96"})
  void everybodyIsNoProxy(String entry) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustedProxies.parse(List.of(entry)))
        .withMessageContaining("too wide for proxies; use a range of at most /8 or, for IPv6, /32");
  }

  @Test
  void aListHasABound() {
    var most = Stream.iterate(0, i -> i + 1).limit(100).map(i -> "10.0.0." + i).toList();
    assertThat(TrustedProxies.parse(most).ranges()).hasSize(100);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            TrustedProxies.parse(Stream.concat(most.stream(), Stream.of(PROXY)).toList()))
        .withMessage("101 proxies are given; at most 100 are possible.");
  }
}
