package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeTest {
  /** Each line widens or keeps one thing of the parent's {@code list-accts 1000 192.0.2.0/24 10}. */
  @ParameterizedTest
  @CsvSource(nullValues = "-", textBlock = """
      kill-acct,   1000,  192.0.2.0/24,  10,  acl: “kill-acct” is not among the privileges of this call's token.
      all,         1000,  192.0.2.0/24,  10,  acl: “all” is not among the privileges of this call's token.
      list-accts,  1001,  192.0.2.0/24,  10,  'expires_at: it may not be later than that of this call''s token, 1000 (1970-01-01T00:16:40Z).'
      list-accts,  -,     192.0.2.0/24,  10,  'expires_at: it may not be later than that of this call''s token, 1000 (1970-01-01T00:16:40Z).'
      list-accts,  1000,  192.0.2.0/23,  10,  whitelist_ip: “192.0.2.0/23” is not among the addresses of this call's token.
      list-accts,  1000,  -,             10,  whitelist_ip: “any” is not among the addresses of this call's token.
      list-accts,  1000,  192.0.2.0/24,  11,  'api.quota: it may not be above that of this call''s token, 10.'
      list-accts,  1000,  192.0.2.0/24,  -,   'api.quota: it may not be above that of this call''s token, 10.'
      list-accts,  1000,  192.0.2.0/24,  10,  -
      list-accts,  999,   192.0.2.1,     9,   -
      """)
  void whatIsWiderIsNamed(String acl, Long expiry, String range, Long quota, String sentence) {
    var parent = scope("list-accts", 1000L, "192.0.2.0/24", 10L);

    assertThat(scope(acl, expiry, range, quota).beyond(parent))
        .isEqualTo(Optional.ofNullable(sentence));
  }

  @Test
  void allIsMoreThanAllTheOthersTogether() {
    var others =
        Arrays.stream(Privilege.values()).filter(one -> one != Privilege.ALL).toList();

    assertThat(holding(Privileges.ALL).isWithin(holding(Privileges.of(others)))).isFalse();
  }

  @Test
  void noPrivilegesAreWithinAnyOthers() {
    assertThat(holding(Privileges.NONE).isWithin(holding(Privileges.of(Privilege.NEWS))))
        .isTrue();
  }

  private static Scope scope(String acl, Long expiry, String range, Long quota) {
    return new Scope(
        Privileges.of(Privilege.parse(acl)),
        Optional.ofNullable(expiry).map(Instant::ofEpochSecond),
        Optional.ofNullable(range).map(text -> new AddressList(List.of(AddressRange.parse(text)))),
        quota == null ? OptionalLong.empty() : OptionalLong.of(quota));
  }

  private static Scope holding(Privileges privileges) {
    return new Scope(privileges, Optional.empty(), Optional.empty(), OptionalLong.empty());
  }
}
