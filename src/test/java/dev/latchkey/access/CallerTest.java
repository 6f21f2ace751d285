package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CallerTest {
  private static final Instant END = Instant.ofEpochSecond(1000);

  @Test
  void itHoldsWhatItsUserAndItsTokenBothHold() {
    var caller = caller(
        Privileges.of(Privilege.SSH_KEYS, Privilege.NEWS),
        Privileges.of(Privilege.SSH_KEYS, Privilege.FLEET_READ));

    assertThat(caller.holds(Privilege.SSH_KEYS)).isTrue();
    assertThat(caller.holds(Privilege.NEWS)).isFalse();
    assertThat(caller.holds(Privilege.FLEET_READ)).isFalse();
  }

  @Test
  void itReachesItsOwnAndWithAllEverybodys() {
    var narrow = caller(Privileges.of(Privilege.SSH_KEYS), Privileges.of(Privilege.SSH_KEYS));

    assertThat(narrow.reaches("somebody")).isTrue();
    assertThat(narrow.reaches("another")).isFalse();
    assertThat(caller(Privileges.ALL, Privileges.ALL).reaches("another")).isTrue();
    assertThat(caller(Privileges.of(Privilege.NEWS), Privileges.ALL).reaches("another"))
        .isFalse();
  }

  @Test
  void aTokenExpiresAtItsTimeAndWithoutOneNever() {
    var ending = credential(Privileges.NONE, Optional.of(END));

    assertThat(ending.expiredAt(END.minusMillis(1))).isFalse();
    assertThat(ending.expiredAt(END)).isTrue();
    assertThat(credential(Privileges.NONE, Optional.empty()).expiredAt(Instant.MAX))
        .isFalse();
  }

  @Test
  void aTokenIsNamedBySixteenDigitsOfItsDigest() {
    assertThat(credential(Privileges.NONE, Optional.empty()).id()).isEqualTo("0123456789abcdef");
  }

  private static Caller caller(Privileges user, Privileges token) {
    return Caller.of(
        new User("somebody", user, false, OptionalLong.empty(), "1"),
        credential(token, Optional.empty()),
        "192.0.2.1",
        CallerSecret.of("secret"));
  }

  private static Credential credential(Privileges privileges, Optional<Instant> end) {
    var scope = new Scope(privileges, end, Optional.empty(), OptionalLong.empty());
    return new Credential("somebody", "0123456789abcdef0123", "token", scope, Instant.EPOCH, "1");
  }
}
