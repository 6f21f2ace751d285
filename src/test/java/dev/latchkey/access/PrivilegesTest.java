package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrivilegesTest {
  private static final Privileges TWO = Privileges.of(Privilege.LIST_ACCTS, Privilege.KILL_ACCT);

  @Test
  void allGrantsEveryOtherOne() {
    assertThat(Privilege.values()).allMatch(Privileges.ALL::grants);
  }

  @Test
  void aSetWithAllIsWrittenAsAllAlone() {
    assertThat(Privileges.of(Privilege.LIST_ACCTS, Privilege.ALL).acls()).containsExactly("all");
  }

  @Test
  void allAndSomeAreSome() {
    assertThat(Privileges.ALL.and(TWO)).isEqualTo(TWO);
    assertThat(TWO.and(Privileges.ALL)).isEqualTo(TWO);
  }

  @Test
  void allIsSpelledOutInTheOrderOfThePrivileges() {
    assertThat(Privileges.ALL.each()).containsExactly(Privilege.values());
  }

  @Test
  void aStoredNameThatThisVersionDoesNotKnowGrantsNothing() {
    assertThat(Privileges.ofAcls(List.of("kill-acct", "of-a-later-version")))
        .isEqualTo(Privileges.of(Privilege.KILL_ACCT));
  }

  @Test
  void whatIsStoredIsReadBack() {
    assertThat(Privileges.ofAcls(TWO.acls())).isEqualTo(TWO);
    assertThat(Privileges.ofAcls(Privileges.ALL.acls())).isEqualTo(Privileges.ALL);
  }

  @Test
  void beyondNamesJustWhatTheOtherLacks() {
    assertThat(TWO.beyond(Privileges.of(Privilege.LIST_ACCTS)))
        .containsExactly(Privilege.KILL_ACCT);
  }

  @Test
  void theSetThatWasGivenMayChangeLater() {
    var given = new HashSet<>(List.of(Privilege.LIST_ACCTS));
    var privileges = Privileges.of(given);
    given.add(Privilege.KILL_ACCT);

    assertThat(privileges.grants(Privilege.KILL_ACCT)).isFalse();
  }
}
