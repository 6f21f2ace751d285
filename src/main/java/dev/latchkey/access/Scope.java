package dev.latchkey.access;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a credential reaches: what it may do, until when, from where, and how often in a calendar month (UTC). What is
 * absent is unlimited.
 *
 * @param quota calls a month, at least 1
 * @param renewed whether its end is one that a deployment sets for all tokens, so that api_token_rotate begins anew; an end
 *     that somebody named is the end of whatever takes the token's place, too
 */
public record Scope(
    Privileges privileges,
    Optional<Instant> expiresAt,
    Optional<AddressList> addresses,
    OptionalLong quota,
    boolean renewed) {

  public static final Scope UNLIMITED =
      new Scope(Privileges.ALL, Optional.empty(), Optional.empty(), OptionalLong.empty());

  public Scope(
      Privileges privileges,
      Optional<Instant> expiresAt,
      Optional<AddressList> addresses,
      OptionalLong quota) {
    this(privileges, expiresAt, addresses, quota, false);
  }

  /** The same reach with no more privileges than {@code held}. */
  public Scope within(Privileges held) {
    return new Scope(privileges.and(held), expiresAt, addresses, quota, renewed);
  }

  /** The same reach with another quota. */
  public Scope withQuota(long calls) {
    return new Scope(privileges, expiresAt, addresses, OptionalLong.of(calls), renewed);
  }

  /** The same reach, which nobody has named an end of. */
  public Scope withoutEnd() {
    return new Scope(privileges, Optional.empty(), addresses, quota);
  }

  /** The same reach, but not beyond {@code latest}; an end that it gets only by this is renewed. */
  public Scope endingBy(Instant latest) {
    return expiresAt.filter(end -> !end.isAfter(latest)).isPresent()
        ? this
        : new Scope(
            privileges, Optional.of(latest), addresses, quota, renewed || expiresAt.isEmpty());
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
          + said(other.expiresAt.orElseThrow()) + ".");
    }
    if (renewed && other.expiresAt.isPresent() && !other.renewed) {
      return Optional.of("expires_at: name it; this call's token ends for good at "
          + said(other.expiresAt.get()) + ", and so does what it makes.");
    }
    return addressBeyond(other)
        .map(address ->
            "whitelist_ip: “" + address + "” is not among the addresses of this call's token.")
        .or(() -> quotaAbove(other)
            ? Optional.of("api.quota: it may not be above that of this call's token, "
                + other.quota.getAsLong() + ".")
            : Optional.empty());
  }

  /** As the parameter has it, and as a person reads it. */
  private static String said(Instant end) {
    return end.getEpochSecond() + " (" + end + ")";
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
