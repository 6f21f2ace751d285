package dev.latchkey.server;

import java.util.Map;
import java.util.Set;

/**
 * Grants of the table, each read alone.
 *
 * @param known those that can be read
 * @param damaged the others, of which nothing is known but where they are: they may stand
 */
public record ReadGrants(Map<GrantKey, Grant> known, Set<GrantKey> damaged) {
  public boolean has(GrantKey key) {
    return known.containsKey(key) || damaged.contains(key);
  }
}
