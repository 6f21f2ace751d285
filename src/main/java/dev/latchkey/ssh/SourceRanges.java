package dev.latchkey.ssh;

import dev.latchkey.access.AddressRange;
import java.util.Arrays;
import java.util.List;

/** Where a vendor logs in from: 1 to {@value #MOST} narrow ranges. */
public record SourceRanges(List<AddressRange> ranges) {
  public static final int MOST = 20;

  private static final int WIDEST_IPV4 = 16;
  private static final int WIDEST_IPV6 = 32;

  /** @throws IllegalArgumentException that says which range is wrong, and what would be right */
  public SourceRanges {
    ranges = ranges.stream().distinct().toList();
    if (ranges.isEmpty() || ranges.size() > MOST) {
      throw new IllegalArgumentException(
          ranges.size() + " ranges are given; give 1 to " + MOST + " of them.");
    }
    for (var range : ranges) {
      refuseWide(range);
    }
  }

  /** One range, so that a wide one is named before the list is whole. */
  public static AddressRange parse(String text) {
    var range = AddressRange.parse(text);
    refuseWide(range);
    return range;
  }

  private static void refuseWide(AddressRange range) {
    if (range.isWiderThan(WIDEST_IPV4, WIDEST_IPV6)) {
      throw new IllegalArgumentException("“" + range + "” is too wide; use at most /" + WIDEST_IPV4
          + " of IPv4 and /" + WIDEST_IPV6 + " of IPv6.");
    }
  }

  public List<String> cidrs() {
    return ranges.stream().map(AddressRange::cidr).distinct().toList();
  }

  public static SourceRanges ofCidrs(String cidrs) {
    return new SourceRanges(
        Arrays.stream(cidrs.split(" ")).map(AddressRange::parse).toList());
  }
}
