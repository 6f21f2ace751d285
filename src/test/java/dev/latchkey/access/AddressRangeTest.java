package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRangeTest {
  @ParameterizedTest
  @CsvSource(textBlock = """
      fc00:abcd::f,       fc00:abcd:0000:0000:0000:0000:0000:000f
      2620:0:28a4::/48,   2620:0000:28a4:0000:0000:0000:0000:0000/48
      2001:DB8::A/32,     2001:0db8:0000:0000:0000:0000:0000:000a/32
      ::/0,               0000:0000:0000:0000:0000:0000:0000:0000/0
      ::ffff:192.0.2.1,   0000:0000:0000:0000:0000:ffff:c000:0201
      """)
  void ipv6IsWrittenInFullAndInLowerCase(String given, String written) {
    assertThat(AddressRange.parse(given)).hasToString(written);
  }

  @ParameterizedTest
  @Words("1.1.1.1 1.1.1.8/29 192.0.2.9/24 192.0.2.0/24 0.0.0.0/0 255.255.255.255/32")
  void ipv4IsWrittenAsItWasGiven(String given) {
    assertThat(AddressRange.parse(given)).hasToString(given);
  }

  @ParameterizedTest
  @Words("192.0.2.0/24 192.0.2.1/32 2001:db8::/32 peer %eth0")
  void whatIsNoSingleAddressIsNoPeer(String text) {
    assertThat(AddressRange.address(text)).isEmpty();
  }

  @Test
  void aPeerMayComeWithAZone() {
    assertThat(AddressRange.address("fe80::1%eth0")).contains(AddressRange.parse("fe80::1"));
  }

  @Test
  void anIpv4AddressIsANumberToSortBy() {
    assertThat(AddressRange.ipv4Number("200.1.2.3")).contains(0xC8010203L);
    assertThat(AddressRange.ipv4Number("::1")).isEmpty();
  }
}
