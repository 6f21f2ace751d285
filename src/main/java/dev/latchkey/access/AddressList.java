package dev.latchkey.access;

import inet.ipaddr.IPAddress;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.ipv6.IPv6Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** The addresses a token may be used from: 1 to {@value #MOST} ranges. No list at all means any address. */
public record AddressList(List<AddressRange> ranges) {
  public static final int MOST = 100;

  private static final int NO_PREFIX = 255;

  /** @throws IllegalArgumentException when there are none, or too many */
  public AddressList {
    ranges = List.copyOf(new LinkedHashSet<>(ranges));
    if (ranges.isEmpty() || ranges.size() > MOST) {
      throw new IllegalArgumentException(
          ranges.size() + " addresses are given; a token has from 1 to " + MOST + " of them.");
    }
  }

  public boolean allows(AddressRange address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  /** The first range that no single range of {@code other} holds; empty when this is within it. */
  Optional<AddressRange> beyond(AddressList other) {
    return ranges.stream().filter(range -> !other.allows(range)).findFirst();
  }

  public List<String> texts() {
    return ranges.stream().map(AddressRange::toString).toList();
  }

  /** A few bytes a range (its length, its prefix or 255, its address), so that a list fits into a condition as a value. */
  byte[] pack() {
    var packed = ByteBuffer.allocate(ranges.size() * (2 + IPv6Address.BYTE_COUNT));
    for (var range : ranges) {
      var bytes = range.given().getBytes();
      packed.put((byte) bytes.length);
      packed.put(
          (byte) (range.given().isPrefixed() ? range.given().getNetworkPrefixLength() : NO_PREFIX));
      packed.put(bytes);
    }
    var all = new byte[packed.position()];
    packed.flip().get(all);
    return all;
  }

  static AddressList unpack(byte[] packed) {
    var from = ByteBuffer.wrap(packed);
    var ranges = new ArrayList<AddressRange>();
    while (from.hasRemaining()) {
      var bytes = new byte[from.get()];
      var prefix = Byte.toUnsignedInt(from.get());
      from.get(bytes);
      ranges.add(AddressRange.of(address(bytes, prefix == NO_PREFIX ? null : prefix)));
    }
    return new AddressList(ranges);
  }

  private static IPAddress address(byte[] bytes, Integer prefix) {
    return bytes.length == IPv4Address.BYTE_COUNT
        ? new IPv4Address(bytes, prefix)
        : new IPv6Address(bytes, prefix);
  }
}
