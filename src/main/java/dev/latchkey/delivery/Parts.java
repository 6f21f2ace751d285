package dev.latchkey.delivery;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.latchkey.api.Call;
import dev.latchkey.change.Author;
import dev.latchkey.server.ServerState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.ToIntFunction;

/** Servers of one call, as many together as one transaction takes: it has at most 100 items, and one audit entry. */
final class Parts {
  /** Beside the audit entry and the checks of the caller. */
  private static final int MOST_ITEMS = 80;

  private Parts() {}

  /**
   * @param items how many a server has in the transaction
   * @return servers of one owner each, in whose audit the change is listed
   */
  static List<List<ServerState>> of(List<ServerState> states, ToIntFunction<ServerState> items) {
    var byOwner = states.stream()
        .collect(groupingBy(state -> state.server().owner(), LinkedHashMap::new, toList()));
    var parts = new ArrayList<List<ServerState>>();
    for (var owned : byOwner.values()) {
      var left = 0;
      for (var state : owned) {
        if (items.applyAsInt(state) > left) {
          parts.add(new ArrayList<>());
          left = MOST_ITEMS;
        }
        parts.get(parts.size() - 1).add(state);
        left -= items.applyAsInt(state);
      }
    }
    return parts;
  }

  /** The author of the change of a part. */
  static Author author(Call call, List<ServerState> part) {
    var first = part.get(0).server().name();
    var last = part.get(part.size() - 1).server().name();
    var label = first.equals(last) ? first.value() : first + "+" + last;
    return Author.of(call)
        .about(label, part.stream().map(state -> state.server().name().value()).toList());
  }

  /** For the audit. */
  static String names(List<ServerState> part) {
    return part.stream().map(state -> state.server().name().value()).collect(joining(", "));
  }
}
