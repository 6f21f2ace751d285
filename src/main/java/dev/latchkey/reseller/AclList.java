package dev.latchkey.reseller;

import static java.util.stream.Collectors.joining;

import dev.latchkey.access.Privilege;
import dev.latchkey.text.Quoted;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A saved list of privileges, which setacls gives to a reseller by its name.
 *
 * @param privileges {@code all} stands beside others, as each is saved for itself
 * @param revision changes with every change of it
 */
record AclList(String name, Set<Privilege> privileges, String revision) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  AclList {
    privileges = Set.copyOf(privileges);
  }

  static AclList empty(String name) {
    return new AclList(name, Set.of(), "");
  }

  /** @throws IllegalArgumentException that says what would be right */
  static String name(String text) {
    if (!NAME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text)
              + "” is not a valid name of a list: letters, digits, dots, dashes and underscores, at most 64.");
    }
    return text;
  }

  AclList with(Map<Privilege, Boolean> wanted, String inRevision) {
    var changed = EnumSet.noneOf(Privilege.class);
    changed.addAll(privileges);
    wanted.forEach((privilege, isAdded) -> {
      if (isAdded) {
        changed.add(privilege);
      } else {
        changed.remove(privilege);
      }
    });
    return new AclList(name, changed, inRevision);
  }

  String described() {
    return privileges.isEmpty()
        ? "none"
        : privileges.stream().sorted().map(Privilege::acl).collect(joining(", "));
  }
}
