package dev.latchkey.token;

import dev.latchkey.access.AddressList;
import dev.latchkey.access.AddressRange;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The parameters that say how far a token reaches, alike for api_token_create and api_token_update. */
final class ScopeParameters {
  /** The end of the year 9999. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final String ANY = "any";

  static final Parameter<Optional<List<Privilege>>> ACL = Parameter.several(
      "acl",
      ParameterType.text(Privilege::parse).choosing(Privilege.acls()),
      "The privileges of the token, of those that you have; “all” is every one.");

  static final Parameter<Optional<Long>> EXPIRES_AT = Parameter.optional(
      "expires_at",
      ParameterType.integer(0, LAST_SECOND),
      "When the token expires, in seconds since 1970; 0 for never.");

  static final Parameter<Optional<List<String>>> WHITELIST_IP = Parameter.several(
          "whitelist_ip",
          ParameterType.text(ScopeParameters::rangeOrAny),
          "The IPv4 or IPv6 addresses and CIDR ranges that may use the token, at most 100; “any” for no limit.")
      .alsoSpelled("whitelist-ip");

  static final Parameter<Optional<Long>> QUOTA = Parameter.optional(
      "api.quota",
      ParameterType.integer(0, 1_000_000_000_000L),
      "The most calls in a calendar month (UTC); 0 for no limit. An extension of WHM API 1.");

  private ScopeParameters() {}

  /**
   * What the call asks for, and of {@code unnamed} what it does not name.
   *
   * @throws dev.latchkey.api.WhmFailure naming the parameter that is wrong, or that reaches further than the caller
   */
  static Scope requested(Call call, Scope unnamed) {
    return new Scope(
        ACL.from(call).map(Privileges::of).orElse(unnamed.privileges()),
        EXPIRES_AT
            .from(call)
            .map(seconds -> expiry(seconds, call.at()))
            .orElse(unnamed.expiresAt()),
        WHITELIST_IP.from(call).map(ScopeParameters::addresses).orElse(unnamed.addresses()),
        QUOTA.from(call).map(ScopeParameters::quota).orElse(unnamed.quota()),
        unnamed.renewed() && EXPIRES_AT.from(call).isEmpty());
  }

  private static Optional<Instant> expiry(long seconds, Instant now) {
    if (seconds == 0) {
      return Optional.empty();
    }
    if (seconds <= now.getEpochSecond()) {
      throw EXPIRES_AT.refused(
          seconds + " is in the past; it is " + now.getEpochSecond() + " now, and 0 means never.");
    }
    return Optional.of(Instant.ofEpochSecond(seconds));
  }

  private static Optional<AddressList> addresses(List<String> texts) {
    if (texts.stream().allMatch(ANY::equals)) {
      return Optional.empty();
    }
    if (texts.contains(ANY)) {
      throw WHITELIST_IP.refused("“any” stands beside addresses; give the one or the others.");
    }
    try {
      return Optional.of(new AddressList(texts.stream().map(AddressRange::parse).toList()));
    } catch (IllegalArgumentException e) {
      throw WHITELIST_IP.refused(e.getMessage());
    }
  }

  private static String rangeOrAny(String text) {
    return text.equals(ANY) ? text : AddressRange.parse(text).toString();
  }

  private static OptionalLong quota(long calls) {
    return calls == 0 ? OptionalLong.empty() : OptionalLong.of(calls);
  }
}
