package dev.latchkey.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The beginning of a list that a server stated.
 *
 * @param more how many it has beside these, as far as that is known; 0 where these are all
 */
public record StatedList<T>(List<T> items, long more) {
  /** Of any list: a statement is a stranger's word. */
  public static final int MOST = 50;

  public StatedList {
    items = List.copyOf(items);
  }

  /** No more than anybody counts to, so that a sum with it is none that overflows. */
  private static final long MOST_LEFT_OUT = 1_000_000_000;

  static <T> StatedList<T> of(List<T> all, long more) {
    var left = Math.max(0, all.size() - MOST);
    return new StatedList<>(
        all.subList(0, all.size() - left), left + Math.max(0, Math.min(MOST_LEFT_OUT, more)));
  }

  public static <T> StatedList<T> empty() {
    return new StatedList<>(List.of(), 0);
  }

  public boolean isEmpty() {
    return size() == 0;
  }

  /** A line for each, and one that says how many more there are. */
  public List<String> lines(Function<T, String> line) {
    var lines = new ArrayList<>(items.stream().map(line).toList());
    if (more > 0) {
      lines.add("and " + more + " more");
    }
    return lines;
  }

  /** How many there are, those that are not here too. */
  public long size() {
    return items.size() + more;
  }
}
