package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other programs take for some address, or for a set of them, is none here. */
class AddressSyntaxTest {
  @ParameterizedTest
  @Words("""
      any x 1 1.2 1.2.3 1.2.3.4.5 1.2.3. .1.2.3 1..2.3 256.1.1.1 01.2.3.4 1.2.3.04 001.2.3.4 0x7f.1
      0x7f.0.0.1 017700000001 2130706433 a.b.c.d 0b1.2.3.4 0b00000001.0.0.1 \u0661.2.3.4 1.2.3.4:80
      localhost""")
  void whatIsNoIpv4AddressIsRefused(String text) {
    assertRefused(text);
  }

  @ParameterizedTest
  @Words("""
      : ::: ::1:: 1:2:3:4:5:6:7 1:2:3:4:5:6:7:8:9 1:2:3:4:5:6:7::8:9 12345:: g:: ::1%eth0 ::1%0 [::1]
      20010db8000000000000000000000001 0b1010::1 ::ffff:1.2.3.4.5 ::ffff:256.1.1.1 ::1.2.3.4:5
      1.2.3.4:: :1:2:3:4:5:6:7:8 \uFF11::""")
  void whatIsNoIpv6AddressIsRefused(String text) {
    assertRefused(text);
  }

  @ParameterizedTest
  @Words(
      "00001:: 0b0000000000000001:: ::ffff:1.2.3 ::ffff:127.1 ::ffff:01.2.3.4 2001:db8::010.0.0.1")
  void ipv6IsReadAsStrictlyAsIpv4(String text) {
    assertRefused(text);
  }

  @ParameterizedTest
  @Words("""
      1.2.3.4/33 1.2.3.4/-1 1.2.3.4/ 1.2.3.4/024 1.2.3.4/00 1.2.3.4/x 1.2.3.4/24/24 1.2.3.4//24 /24 /
      ::/129 ::/0128 ::1/ 1.2.3/24 10/8 1.2.3.4/255.255.255.0 1.2.3.4/0.0.0.255 ::1/ffff:: 1.2.3.4/::""")
  void whatIsNoPrefixIsRefused(String text) {
    assertRefused(text);
  }

  @ParameterizedTest
  @Words("* 1.2.3.* 1.2.*.* 1.2.3.4-5 1.2.3.0-1.2.3.9 1.2.3._ 1.2.3.% 2001:db8::* 1.2.3.4,5")
  void wildcardsAndSpansAreRefused(String text) {
    assertRefused(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\n", "1.2.3.4/ 24", "1.2.3.4 /24"})
  void blanksAreRefused(String text) {
    assertRefused(text);
  }

  @Test
  void aRefusalOfHostileTextIsCutAndHasNoLineBreak() {
    assertThatThrownBy(() -> AddressRange.parse("1.2.3.4\r\n" + "9".repeat(60_000)))
        .satisfies(refusal -> assertThat(refusal.getMessage())
            .hasSizeLessThan(250)
            .doesNotContainPattern("[\\r\\n]"));
  }

  private static void assertRefused(String text) {
    assertThatThrownBy(() -> AddressRange.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "is not an IP address or CIDR range", "192.0.2.0/24", "2001:db8::/32");
  }
}
