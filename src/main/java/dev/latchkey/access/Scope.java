package dev.latchkey.access;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a credential reaches: what it may do, until when, from where, and how often in a calendar month (UTC). What is
 * absent is unlimited.
 *
 * @param quota calls a month, at least 1
 */
public record Scope(
    Privileges privileges,
    Optional<Instant> expiresAt,
    Optional<AddressList> addresses,
    OptionalLong quota) {

  public static final Scope UNLIMITED =
      new Scope(Privileges.ALL, Optional.empty(), Optional.empty(), OptionalLong.empty());

  /** The same reach with no more privileges than {@code held}. */
  public Scope within(Privileges held) {
    return new Scope(privileges.and(held), expiresAt, addresses, quota);
  }

  /** The same reach with another quota. */
  public Scope withQuota(long calls) {
    return new Scope(privileges, expiresAt, addresses, OptionalLong.of(calls));
  }

  /** A sentence that names the first thing in which this reaches further than {@code other}; empty when in none. */
  public Optional<String> beyond(Scope other) {
    var more = privileges.beyond(other.privileges);
    if (!more.isEmpty()) {
      return Optional.of("acl: “" + more.iterator().next().acl()
          + "” is not among the privileges of this call's token.");
    }
    if (expiresLaterThan(other)) {
      return Optional.of("expires_at: it may not be later than that of this call's token, "
          + other.expiresAt.orElseThrow().getEpochSecond() + ".");
    }
    return addressBeyond(other)
        .map(address ->
            "whitelist_ip: “" + address + "” is not among the addresses of this call's token.")
        .or(() -> quotaAbove(other)
            ? Optional.of("api.quota: it may not be above that of this call's token, "
                + other.quota.getAsLong() + ".")
            : Optional.empty());
  }

  public boolean isWithin(Scope other) {
    return beyond(other).isEmpty();
  }

  private boolean expiresLaterThan(Scope other) {
    return other.expiresAt.isPresent()
        && (expiresAt.isEmpty() || expiresAt.get().isAfter(other.expiresAt.get()));
  }

  private Optional<String> addressBeyond(Scope other) {
    if (other.addresses.isEmpty()) {
      return Optional.empty();
    }
    return addresses.isEmpty()
        ? Optional.of("any")
        : addresses.get().beyond(other.addresses.get()).map(AddressRange::toString);
  }

  private boolean quotaAbove(Scope other) {
    return other.quota.isPresent()
        && (quota.isEmpty() || quota.getAsLong() > other.quota.getAsLong());
  }
}
