package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;

@Domain(Scopes.class)
class ScopeOrderProperties {
  @Property
  void aScopeIsWithinItself(@ForAll Scope scope) {
    assertThat(scope.beyond(scope)).isEmpty();
  }

  @Property
  void everyScopeIsWithinTheUnlimitedOne(@ForAll Scope scope) {
    assertThat(scope.isWithin(Scope.UNLIMITED)).isTrue();
  }

  @Property
  void theUnlimitedScopeIsWithinNoOther(@ForAll Scope scope) {
    assertThat(Scope.UNLIMITED.isWithin(scope)).isEqualTo(scope.equals(Scope.UNLIMITED));
  }

  @Property
  void withinAUsersPrivilegesItGrantsWhatBothGrant(
      @ForAll Scope scope, @ForAll Privileges held, @ForAll Privilege privilege) {
    assertThat(scope.within(held).privileges().grants(privilege))
        .isEqualTo(scope.privileges().grants(privilege) && held.grants(privilege));
  }

  @Property
  void withinAUsersPrivilegesNothingElseChanges(@ForAll Scope scope, @ForAll Privileges held) {
    assertThat(scope.within(held))
        .isEqualTo(new Scope(
            scope.within(held).privileges(), scope.expiresAt(), scope.addresses(), scope.quota()));
  }

  @Property
  void withinAUsersPrivilegesItIsNeverWider(@ForAll Scope scope, @ForAll Privileges held) {
    assertThat(scope.within(held).beyond(scope)).isEmpty();
  }
}
