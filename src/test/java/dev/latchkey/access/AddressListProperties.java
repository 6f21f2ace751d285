package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AddressListProperties {
  @Property
  void whatIsPackedIsUnpackedTheSame(@ForAll("lists") List<Cidr> ranges) {
    var list = list(ranges);

    var unpacked = AddressList.unpack(list.pack());

    assertThat(unpacked).isEqualTo(list);
    assertThat(unpacked.texts()).isEqualTo(list.texts());
  }

  @Property
  void whatIsPackedAllowsTheSameAddresses(
      @ForAll("lists") List<Cidr> ranges, @ForAll("addresses") Cidr peer) {
    var list = list(ranges);
    var address = AddressRange.address(peer.toString()).orElseThrow();

    assertThat(AddressList.unpack(list.pack()).allows(address)).isEqualTo(list.allows(address));
  }

  @Property
  void anAddressIsAllowedJustWhenOneRangeContainsIt(
      @ForAll("lists") List<Cidr> ranges, @ForAll("addresses") Cidr peer) {
    var allowed = list(ranges).allows(AddressRange.address(peer.toString()).orElseThrow());

    assertThat(allowed).isEqualTo(ranges.stream().anyMatch(range -> range.contains(peer)));
  }

  @Property
  void aListPacksIntoAtMost18BytesARange(@ForAll("lists") List<Cidr> ranges) {
    assertThat(list(ranges).pack().length).isLessThanOrEqualTo(18 * ranges.size());
  }

  @Property
  void whatIsGivenTwiceIsThereOnceInTheOrderOfItsFirstPlace(@ForAll("lists") List<Cidr> ranges) {
    var twice = new ArrayList<>(ranges);
    twice.addAll(ranges);

    assertThat(list(twice).texts())
        .isEqualTo(new LinkedHashSet<>(ranges).stream().map(Cidr::toString).toList());
  }

  @Provide
  Arbitrary<List<Cidr>> lists() {
    return Cidr.ranges().list().ofMinSize(1).ofMaxSize(20);
  }

  @Provide
  Arbitrary<Cidr> addresses() {
    return Cidr.addresses();
  }

  private static AddressList list(List<Cidr> ranges) {
    return new AddressList(
        ranges.stream().map(range -> AddressRange.parse(range.toString())).toList());
  }
}
