package dev.latchkey.sam;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A route of the HTTP API.
 *
 * @param method {@code ANY} for every one
 * @param path with variables as {@code {name}}; of the default route {@code $default}
 * @param function the logical id of the function behind it
 */
record GatewayRoute(String method, String path, String function) {
  static final String ANY = "ANY";
  static final String DEFAULT = "$default";

  /** As API Gateway writes it. */
  String key() {
    return isDefault() ? DEFAULT : method + " " + path;
  }

  boolean isDefault() {
    return path.equals(DEFAULT);
  }

  /** @return the variables' values where it matches this method and path */
  Optional<Map<String, String>> match(String calledMethod, String calledPath) {
    if (isDefault()) {
      return Optional.of(Map.of());
    }
    var called = segments(calledPath);
    var mine = segments(path);
    var isGreedy = isGreedy();
    if ((isGreedy ? mine.size() > called.size() : mine.size() != called.size())
        || !(method.equals(ANY) || method.equals(calledMethod))) {
      return Optional.empty();
    }
    var variables = new HashMap<String, String>();
    for (int i = 0; i < mine.size(); i++) {
      if (isGreedy && i == mine.size() - 1) {
        var rest = String.join("/", called.subList(i, called.size()));
        variables.put(mine.get(i).substring(1, mine.get(i).length() - 2), rest);
      } else if (isVariable(mine.get(i)) && !called.get(i).isEmpty()) {
        variables.put(mine.get(i).substring(1, mine.get(i).length() - 1), called.get(i));
      } else if (!mine.get(i).equals(called.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(variables);
  }

  /**
   * Sorts before those that are less exact: fixed segments before variables, a method before all, then what takes all that
   * follows, the default last.
   */
  String exactness() {
    var order = new StringBuilder(isDefault() ? "2" : isGreedy() ? "1" : "0");
    segments(path).forEach(segment -> order.append(isVariable(segment) ? '1' : '0'));
    return order.append(method.equals(ANY) ? '1' : '0').toString();
  }

  /** Whether its last variable, {@code {name+}}, takes all that follows; also nothing, after a slash. */
  private boolean isGreedy() {
    return path.endsWith("+}");
  }

  private static List<String> segments(String path) {
    return Arrays.asList(path.split("/", -1));
  }

  private static boolean isVariable(String segment) {
    return segment.startsWith("{") && segment.endsWith("}");
  }
}
