package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

class AddressRangeProperties {
  @StatisticsReport(StatisticsReportMode.OFF)
  @Property(tries = 3000)
  void aRangeContainsAnotherJustWhenItsLeadingBitsDo(
      @ForAll("ranges") Cidr outer, @ForAll("ranges") Cidr inner) {
    var contains =
        AddressRange.parse(outer.toString()).contains(AddressRange.parse(inner.toString()));

    assertThat(contains).isEqualTo(outer.contains(inner));
    Statistics.collect(contains);
    Statistics.coverage(contained -> contained.check(true).percentage(share -> share > 1));
  }

  @Property(tries = 3000)
  void aPeersAddressIsInARangeJustWhenItsLeadingBitsAre(
      @ForAll("ranges") Cidr range, @ForAll("addresses") Cidr peer) {
    var address = AddressRange.address(peer.toString()).orElseThrow();

    assertThat(AddressRange.parse(range.toString()).contains(address))
        .isEqualTo(range.contains(peer));
  }

  @Property
  void everyRangeContainsItself(@ForAll("ranges") Cidr range) {
    var written = range.toString();

    assertThat(AddressRange.parse(written).contains(AddressRange.parse(written)))
        .isTrue();
  }

  @Property
  void anIpv4RangeAndItsMappedFormContainEachOther(@ForAll("ranges") Cidr range) {
    Assume.that(range.bits() == 32);
    var plain = AddressRange.parse(range.toString());
    var mapped = AddressRange.parse(range.mapped().toString());

    assertThat(plain.contains(mapped)).isTrue();
    assertThat(mapped.contains(plain)).isTrue();
  }

  @Property
  void aRangeIsWrittenAsItWasGivenWithItsHostBits(@ForAll("ranges") Cidr range) {
    assertThat(AddressRange.parse(range.toString())).hasToString(range.toString());
  }

  @Property
  void aRangeOfOneAddressKeepsItsPrefix(@ForAll("addresses") Cidr address) {
    var written = address + "/" + address.bits();

    assertThat(AddressRange.parse(written)).hasToString(written);
  }

  @Property
  void equalRangesAreWrittenTheSame(@ForAll("ranges") Cidr one, @ForAll("ranges") Cidr other) {
    var a = AddressRange.parse(one.toString());
    var b = AddressRange.parse(other.toString());

    assertThat(a.equals(b)).isEqualTo(one.equals(other));
    assertThat(a)
        .isEqualTo(AddressRange.parse(one.toString()))
        .hasSameHashCodeAs(AddressRange.parse(one.toString()));
  }

  @Provide
  Arbitrary<Cidr> ranges() {
    return Cidr.ranges();
  }

  @Provide
  Arbitrary<Cidr> addresses() {
    return Cidr.addresses();
  }
}
