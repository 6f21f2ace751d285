package dev.latchkey.access;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A set of privileges. {@code all} grants every other one, so a set with it is written as {@code all} alone. */
public final class Privileges {
  public static final Privileges ALL = new Privileges(EnumSet.of(Privilege.ALL));
  public static final Privileges NONE = new Privileges(EnumSet.noneOf(Privilege.class));

  /** What WHM gives to every new reseller. */
  public static final Privileges INITIAL =
      new Privileges(EnumSet.range(Privilege.ACCT_SUMMARY, Privilege.TRACK_EMAIL));

  private final EnumSet<Privilege> granted;

  private Privileges(EnumSet<Privilege> granted) {
    this.granted = granted;
  }

  public static Privileges of(Collection<Privilege> granted) {
    if (granted.contains(Privilege.ALL)) {
      return ALL;
    }
    var copy = EnumSet.noneOf(Privilege.class);
    copy.addAll(granted);
    return new Privileges(copy);
  }

  public static Privileges of(Privilege... granted) {
    return of(List.of(granted));
  }

  /** From stored names; a name that this version does not know grants nothing. */
  public static Privileges ofAcls(Collection<String> acls) {
    return of(acls.stream().flatMap(acl -> Privilege.find(acl).stream()).toList());
  }

  public boolean hasAll() {
    return granted.contains(Privilege.ALL);
  }

  public boolean grants(Privilege privilege) {
    return hasAll() || granted.contains(privilege);
  }

  public Privileges and(Privileges other) {
    if (hasAll()) {
      return other;
    }
    return of(granted.stream().filter(other::grants).toList());
  }

  /** The same with some privileges given, and others taken away; without {@code all}, nothing of it is left. */
  public Privileges with(Map<Privilege, Boolean> given) {
    var changed = EnumSet.copyOf(granted);
    given.forEach((privilege, isGiven) -> {
      if (isGiven) {
        changed.add(privilege);
      } else {
        changed.remove(privilege);
      }
    });
    return of(changed);
  }

  /** What this grants and {@code other} does not; empty when this is within it. */
  public Set<Privilege> beyond(Privileges other) {
    return granted.stream()
        .filter(privilege -> !other.grants(privilege))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Privilege.class)));
  }

  /** Everything granted, {@code all} spelled out; in the order of {@link Privilege}. */
  public Stream<Privilege> each() {
    return (hasAll() ? EnumSet.allOf(Privilege.class) : granted).stream();
  }

  /** The names as they are stored and shown; {@code all} alone stands for everything. */
  public List<String> acls() {
    return granted.stream().map(Privilege::acl).toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Privileges privileges && granted.equals(privileges.granted);
  }

  @Override
  public int hashCode() {
    return granted.hashCode();
  }

  @Override
  public String toString() {
    return acls().toString();
  }
}
