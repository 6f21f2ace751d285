package dev.latchkey.access;

import dev.latchkey.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Proxies of the operator's own, whose word on where a call comes from counts. From anybody else {@code X-Forwarded-For}
 * means nothing: whoever sends it could write any address.
 */
public record TrustedProxies(List<AddressRange> ranges) {
  public static final int MOST = 100;

  /** Of proxies one behind the other. */
  static final int MOST_HOPS = 10;

  private static final int WIDEST_IPV4 = 8;
  private static final int WIDEST_IPV6 = 32;

  /** An address with the client's port, as some proxies write it: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}. */
  private static final Pattern WITH_PORT =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([0-9.]+))(?::[0-9]{1,5})?");

  public TrustedProxies {
    ranges = List.copyOf(ranges);
  }

  /** @throws IllegalArgumentException that says which entry is wrong, and what would be right */
  public static TrustedProxies parse(List<String> texts) {
    if (texts.size() > MOST) {
      throw new IllegalArgumentException(
          texts.size() + " proxies are given; at most " + MOST + " are possible.");
    }
    var ranges = new ArrayList<AddressRange>();
    for (var text : texts) {
      var range = AddressRange.parse(text.strip());
      if (range.isWiderThan(WIDEST_IPV4, WIDEST_IPV6)) {
        throw new IllegalArgumentException("“" + Quoted.of(text.strip())
            + "” is too wide for proxies; use a range of at most /" + WIDEST_IPV4
            + " or, for IPv6, /"
            + WIDEST_IPV6 + ".");
      }
      ranges.add(range);
    }
    return new TrustedProxies(ranges);
  }

  /**
   * Where a call comes from: the right-most address of the header that is not a trusted proxy's, because every one to the
   * right of it was written by a trusted one. Without the header it is the peer; where all are proxies, it is the first.
   *
   * @param peer who is at the other end of the connection
   * @param forwarded the values of {@code X-Forwarded-For}, in their order
   * @return empty where a trusted proxy has said what is not an address, or too much: nobody knows who calls
   */
  public Optional<String> caller(String peer, List<String> forwarded) {
    if (forwarded.isEmpty() || AddressRange.address(peer).filter(this::include).isEmpty()) {
      return Optional.of(peer);
    }
    var entries = String.join(",", forwarded).split(",", -1);
    for (var i = entries.length - 1; i >= 0 && i >= entries.length - MOST_HOPS; i--) {
      var entry = address(entries[i].strip());
      if (i == 0 || entry.isEmpty() || !include(entry.get())) {
        return entry.map(AddressRange::plain);
      }
    }
    return Optional.empty();
  }

  private boolean include(AddressRange address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  private static Optional<AddressRange> address(String entry) {
    var withPort = WITH_PORT.matcher(entry);
    if (withPort.matches()) {
      return AddressRange.address(
          withPort.group(1) == null ? withPort.group(2) : withPort.group(1));
    }
    return entry.contains("%") ? Optional.empty() : AddressRange.address(entry);
  }
}
