package dev.latchkey.hulk;

import dev.latchkey.access.AddressRange;
import dev.latchkey.text.Quoted;
import java.math.BigInteger;

/**
 * What a list of cPHulk can have: an address, a network, or a range from one address to another.
 *
 * @param text as it was given, which is how answers name it
 */
record HulkAddress(String text) {
  /** Of one call: what follows is at most as long as the room that each order keeps free. */
  static final int MOST = 40;

  private static final int WIDEST_IPV4 = 8;
  private static final int WIDEST_IPV6 = 16;
  private static final BigInteger MOST_IPV4 = BigInteger.ONE.shiftLeft(32 - WIDEST_IPV4);
  private static final BigInteger MOST_IPV6 = BigInteger.ONE.shiftLeft(128 - WIDEST_IPV6);

  /** @throws IllegalArgumentException that says what would be right */
  static HulkAddress parse(String text) {
    var dash = text.indexOf('-');
    if (dash < 0) {
      AddressRange.parse(text);
    } else if (count(text, dash).signum() == 0) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text)
              + "” is not a range; use two addresses, the lower one first, such as 192.0.2.1-192.0.2.9.");
    }
    return new HulkAddress(text);
  }

  /**
   * One that may be entered: a slip of the pen must not let in, or keep out, a great part of the internet.
   *
   * @throws IllegalArgumentException that says what would be right
   */
  static HulkAddress parseNarrow(String text) {
    var address = parse(text);
    if (address.isWide()) {
      throw new IllegalArgumentException("“" + Quoted.of(text) + "” is too wide; use at most /"
          + WIDEST_IPV4 + " of IPv4 and /" + WIDEST_IPV6 + " of IPv6.");
    }
    return address;
  }

  private boolean isWide() {
    var dash = text.indexOf('-');
    return dash < 0
        ? AddressRange.parse(text).isWiderThan(WIDEST_IPV4, WIDEST_IPV6)
        : count(text, dash).compareTo(text.contains(":") ? MOST_IPV6 : MOST_IPV4) > 0;
  }

  private static BigInteger count(String text, int dash) {
    return AddressRange.address(text.substring(0, dash))
        .flatMap(first ->
            AddressRange.address(text.substring(dash + 1)).map(last -> first.countTo(last)))
        .orElse(BigInteger.ZERO);
  }

  @Override
  public String toString() {
    return text;
  }
}
