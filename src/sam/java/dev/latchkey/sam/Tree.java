package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.util.Map;

/** Steps into maps of maps, as YAML gives them. */
final class Tree {
  private Tree() {}

  /** @return the map under this key; an empty one for none */
  static Map<?, ?> map(Map<?, ?> tree, Object key) {
    var found = tree.get(key);
    if (found == null) {
      return Map.of();
    }
    if (found instanceof Map<?, ?> map) {
      return map;
    }
    throw new LocalProblem("the template's " + key + " is not a map");
  }

  /** @return the map at the end of these steps; an empty one for none */
  static Map<?, ?> path(Map<?, ?> tree, String... keys) {
    var at = tree;
    for (var key : keys) {
      at = map(at, key);
    }
    return at;
  }
}
