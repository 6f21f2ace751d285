package dev.latchkey.access;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One call: of one privilege, at a time, from an address, after so many others in the month. */
record Attempt(Privilege privilege, Instant at, AddressRange source, int callsBefore) {
  /** Every combination of what {@link Scopes} tells apart. */
  static final List<Attempt> ALL = all();

  boolean isAllowedBy(Scope scope) {
    return scope.privileges().grants(privilege)
        && scope.expiresAt().map(at::isBefore).orElse(true)
        && (scope.quota().isEmpty() || callsBefore < scope.quota().getAsLong())
        && scope.addresses().map(list -> list.allows(source)).orElse(true);
  }

  private static List<Attempt> all() {
    var all = new ArrayList<Attempt>();
    for (var privilege : Scopes.PRIVILEGES) {
      for (var peer : Scopes.PEERS) {
        for (var time = 0; time < Scopes.TIMES; time++) {
          for (var calls = 0; calls <= Scopes.CALLS; calls++) {
            all.add(new Attempt(privilege, Instant.ofEpochSecond(time), peer, calls));
          }
        }
      }
    }
    return List.copyOf(all);
  }
}
