package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressContainmentTest {
  @ParameterizedTest
  @CsvSource(textBlock = """
      0.0.0.0/0,            255.255.255.255
      ::/0,                 ffff::1
      192.0.2.1/32,         192.0.2.1
      2001:db8::1/128,      2001:db8::1
      192.0.2.9/24,         192.0.2.255
      192.0.2.1,            ::ffff:192.0.2.1
      ::ffff:192.0.2.1,     192.0.2.1
      ::ffff:192.0.2.0/120, 192.0.2.77
      ::ffff:0:0/96,        10.0.0.1
      """)
  void anAddressIsIn(String range, String address) {
    assertThat(contains(range, address)).isTrue();
  }

  /** An IPv4 address is in no range of IPv6, however wide, unless all of the range is IPv4. */
  @ParameterizedTest
  @CsvSource(textBlock = """
      192.0.2.1/32,     192.0.2.2
      2001:db8::1/128,  2001:db8::2
      192.0.2.0/25,     192.0.2.128
      0.0.0.0/0,        2001:db8::1
      ::/0,             192.0.2.1
      ::ffff:0:0/95,    192.0.2.1
      ::192.0.2.1,      192.0.2.1
      64:ff9b::/96,     192.0.2.1
      """)
  void anAddressIsNotIn(String range, String address) {
    assertThat(contains(range, address)).isFalse();
  }

  private static boolean contains(String range, String address) {
    return AddressRange.parse(range).contains(AddressRange.address(address).orElseThrow());
  }
}
