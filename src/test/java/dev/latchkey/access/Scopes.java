package dev.latchkey.access;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Scopes over few privileges, times and addresses, so that some are within others. */
final class Scopes extends DomainContextBase {
  static final List<Privilege> PRIVILEGES = List.of(
      Privilege.LIST_ACCTS, Privilege.KILL_ACCT, Privilege.SSH_KEYS, Privilege.NEWS, Privilege.ALL);

  /** Addresses that a call may come from. */
  static final List<AddressRange> PEERS = ranges(
      "192.0.2.9 192.0.2.1 192.0.2.200 ::ffff:192.0.2.9 10.0.0.1 200.0.0.1 2001:db8::1 2001:db8::2 ::1");

  static final int TIMES = 6;
  static final int CALLS = 5;

  private static final List<AddressRange> RANGES = ranges(
      "0.0.0.0/1 192.0.2.0/24 192.0.2.9/28 192.0.2.9 ::ffff:192.0.2.9 ::ffff:192.0.2.0/121 2001:db8::/32 2001:db8::1");

  @Provide
  Arbitrary<Privilege> privileges() {
    return Arbitraries.of(PRIVILEGES);
  }

  @Provide
  Arbitrary<Privileges> sets() {
    return privileges().set().map(Privileges::of);
  }

  @Provide
  Arbitrary<Scope> scopes() {
    var expiry = Arbitraries.longs().between(1, TIMES).map(Instant::ofEpochSecond);
    var addresses = Arbitraries.of(RANGES).list().ofMinSize(1).ofMaxSize(3).map(AddressList::new);
    var quota = Arbitraries.longs().between(1, CALLS).map(OptionalLong::of);
    return Combinators.combine(
            sets(),
            expiry.optional(0.6),
            addresses.optional(0.6),
            Arbitraries.oneOf(quota, Arbitraries.just(OptionalLong.empty())))
        .as(Scope::new);
  }

  private static List<AddressRange> ranges(String texts) {
    return Stream.of(texts.split(" ")).map(AddressRange::parse).toList();
  }
}
