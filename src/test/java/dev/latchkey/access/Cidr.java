package dev.latchkey.access;

import java.math.BigInteger;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * A naive model of a range: an address as a number, and how many of its leading bits count.
 *
 * @param bits 32 or 128, as it is written
 */
record Cidr(int bits, BigInteger address, int prefix) {
  private static final BigInteger MAPPED = BigInteger.valueOf(0xFFFF).shiftLeft(32);
  private static final BigInteger FOUR = BigInteger.ONE.shiftLeft(32);

  /** Ranges of both families, many of them close together, so that some contain others. */
  static Arbitrary<Cidr> ranges() {
    return Arbitraries.oneOf(
        range(32, number(32), Arbitraries.integers().between(0, 32)),
        range(32, near("c0000200"), Arbitraries.integers().between(20, 32)),
        range(128, number(128), Arbitraries.integers().between(0, 128)),
        range(
            128,
            near("20010db8000000000000000000000000"),
            Arbitraries.integers().between(112, 128)),
        range(
            128,
            near("00000000000000000000ffffc0000200"),
            Arbitraries.integers().between(90, 128)));
  }

  static Arbitrary<Cidr> addresses() {
    return ranges().map(range -> new Cidr(range.bits, range.address, range.bits));
  }

  /** An IPv4-mapped IPv6 address is the IPv4 address it maps. */
  boolean contains(Cidr other) {
    var outer = unmapped();
    var inner = other.unmapped();
    return outer.bits == inner.bits
        && outer.prefix <= inner.prefix
        && outer.leadingBits(outer.address).equals(outer.leadingBits(inner.address));
  }

  Cidr mapped() {
    return new Cidr(128, MAPPED.add(address), prefix + 96);
  }

  /** With the prefix left out where it is the whole address. */
  @Override
  public String toString() {
    return prefix == bits ? addressText() : addressText() + "/" + prefix;
  }

  private String addressText() {
    var hex = "0".repeat(bits / 4) + address.toString(16);
    hex = hex.substring(hex.length() - bits / 4);
    if (bits == 32) {
      var octets = HexFormat.of().parseHex(hex);
      return "%d.%d.%d.%d"
          .formatted(octets[0] & 255, octets[1] & 255, octets[2] & 255, octets[3] & 255);
    }
    return hex.replaceAll("(....)(?!$)", "$1:");
  }

  private Cidr unmapped() {
    return bits == 128
            && prefix >= 96
            && address.subtract(MAPPED).signum() >= 0
            && address.subtract(MAPPED).compareTo(FOUR) < 0
        ? new Cidr(32, address.subtract(MAPPED), prefix - 96)
        : this;
  }

  private BigInteger leadingBits(BigInteger of) {
    return of.shiftRight(bits - prefix);
  }

  private static Arbitrary<Cidr> range(
      int bits, Arbitrary<BigInteger> addresses, Arbitrary<Integer> prefixes) {
    return Combinators.combine(addresses, prefixes)
        .as((address, prefix) -> new Cidr(bits, address, prefix));
  }

  private static Arbitrary<BigInteger> number(int bits) {
    return Arbitraries.bigIntegers()
        .between(BigInteger.ZERO, BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE));
  }

  private static Arbitrary<BigInteger> near(String hex) {
    return Arbitraries.integers()
        .between(0, 1023)
        .map(offset -> new BigInteger(hex, 16).add(BigInteger.valueOf(offset)));
  }
}
