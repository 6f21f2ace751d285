package dev.latchkey.access;

import dev.latchkey.text.Quoted;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One address or CIDR range of a token's list, IPv4 or IPv6, kept as it was given: {@code 192.0.2.9/24} stays so and
 * means the 256 addresses around it. An IPv4-mapped IPv6 address is the IPv4 address it maps (RFC 4291 section 2.5.5.2).
 */
public final class AddressRange {
  /** Just the written forms of RFC 4291 and RFC 4632: no zones, wildcards, masks, hexadecimal or one-number IPv4. */
  private static final IPAddressStringParameters STRICT = new IPAddressStringParameters.Builder()
      .allowEmpty(false)
      .allowAll(false)
      .allowSingleSegment(false)
      .allowMask(false)
      .allowPrefixOnly(false)
      .allowWildcardedSeparator(false)
      .setRangeOptions(RangeParameters.NO_RANGE)
      .getIPv4AddressParametersBuilder()
      .allow_inet_aton(false)
      .allowLeadingZeros(false)
      .allowBinary(false)
      .getParentBuilder()
      .getIPv6AddressParametersBuilder()
      .allowZone(false)
      .allowBase85(false)
      .allowBinary(false)
      .allowUnlimitedLeadingZeros(false)
      .getEmbeddedIPv4AddressParametersBuilder()
      .allow_inet_aton(false)
      .allowLeadingZeros(false)
      .allowBinary(false)
      .getEmbeddedIPv4AddressParentBuilder()
      .getParentBuilder()
      .toParams();

  /** The library cannot be told to refuse the prefix length /024 and to allow /0. */
  private static final Pattern FORM = Pattern.compile("[0-9A-Fa-f:.]{2,45}(/(0|[1-9][0-9]{0,2}))?");

  private static final int MAPPED_BITS = 96;

  private final IPAddress given;
  private final IPAddress block;

  private AddressRange(IPAddress given) {
    this.given = given;
    this.block = unmapped(given).toPrefixBlock();
  }

  /** @throws IllegalArgumentException that says what would be right */
  public static AddressRange parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw wrong(text);
    }
    var address = new IPAddressString(text, STRICT).getAddress();
    if (address == null || address.isMultiple() && !address.isPrefixed()) {
      throw wrong(text);
    }
    return new AddressRange(address);
  }

  /** @return the single address that {@code text} is, such as a peer's; empty when it is none */
  public static Optional<AddressRange> address(String text) {
    var zone = text.indexOf('%');
    try {
      return Optional.of(parse(zone < 0 ? text : text.substring(0, zone)))
          .filter(address -> !address.given.isPrefixed());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether every address of {@code other} is one of this. */
  public boolean contains(AddressRange other) {
    return block.contains(other.block);
  }

  /** Whether it has more addresses than a block of that prefix length has. */
  public boolean isWiderThan(int ipv4Prefix, int ipv6Prefix) {
    var prefix = block.isPrefixed() ? block.getNetworkPrefixLength() : block.getBitCount();
    return prefix < (block.isIPv4() ? ipv4Prefix : ipv6Prefix);
  }

  /** How many addresses there are from this one to {@code last}, both included; none where the two are no such range. */
  public BigInteger countTo(AddressRange last) {
    var isRange = !given.isPrefixed()
        && !last.given.isPrefixed()
        && block.isIPv4() == last.block.isIPv4()
        && block.compareTo(last.block) <= 0;
    return isRange ? block.spanWithRange(last.block).getCount() : BigInteger.ZERO;
  }

  /** The block alone, as firewalls and OpenSSH read it: {@code 192.0.2.0/24}, {@code 2001:db8::/32}. */
  public String cidr() {
    var prefix = block.isPrefixed() ? block.getNetworkPrefixLength() : block.getBitCount();
    return block.getLower().withoutPrefixLength().toCanonicalString() + "/" + prefix;
  }

  /** A single address as most programs write it, an IPv4-mapped one as IPv4: {@code 192.0.2.1}, {@code 2001:db8::1}. */
  public String plain() {
    return block.toCanonicalString();
  }

  /** An IPv4 address as a number, to sort by. */
  public static Optional<Long> ipv4Number(String text) {
    return address(text)
        .filter(address -> address.given.isIPv4())
        .map(address -> address.given.toIPv4().longValue());
  }

  IPAddress given() {
    return given;
  }

  static AddressRange of(IPAddress given) {
    return new AddressRange(given);
  }

  private static IPAddress unmapped(IPAddress address) {
    var isMapped = address.isIPv6()
        && address.toIPv6().isIPv4Mapped()
        && (!address.isPrefixed() || address.getNetworkPrefixLength() >= MAPPED_BITS);
    if (!isMapped) {
      return address;
    }
    var plain = address.toIPv6().getEmbeddedIPv4Address().withoutPrefixLength();
    return address.isPrefixed()
        ? plain.setPrefixLength(address.getNetworkPrefixLength() - MAPPED_BITS, false)
        : plain;
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "“"
            + Quoted.of(text)
            + "” is not an IP address or CIDR range; use 192.0.2.1, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/32.");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AddressRange range && toString().equals(range.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** WHM's form: IPv4 as it was given, IPv6 written out in full and in lower case. */
  @Override
  public String toString() {
    return given.isIPv6() ? given.toIPv6().toFullString() : given.toCanonicalString();
  }
}
