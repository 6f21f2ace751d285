package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressListTest {
  @Test
  void aHundredRangesAreAList() {
    assertThat(numbered(100).texts()).hasSize(100).startsWith("192.0.2.0").endsWith("192.0.2.99");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 101})
  void noneAndMoreThanAHundredAreRefusedWithHowManyThereMayBe(int count) {
    assertThatThrownBy(() -> numbered(count))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(count + " addresses are given; a token has from 1 to 100 of them.");
  }

  /** As it goes into a condition, and comes back. */
  @Test
  void aPackedListIsTheSameList() {
    var list = new AddressList(
        Stream.of("192.0.2.1", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32", "::/0")
            .map(AddressRange::parse)
            .toList());

    var packed = list.pack();

    assertThat(AddressList.unpack(packed)).isEqualTo(list);
    assertThat(packed).hasSize(3 * (2 + 4) + 3 * (2 + 16));
    assertThat(packed).startsWith(4, 255, 192, 0, 2, 1, 4, 24, 192, 0, 2, 0, 4, 0);
  }

  private static AddressList numbered(int count) {
    return new AddressList(IntStream.range(0, count)
        .mapToObj(i -> AddressRange.parse("192.0.2." + i))
        .toList());
  }
}
