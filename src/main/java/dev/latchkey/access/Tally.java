package dev.latchkey.access;

import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many calls of which functions.
 *
 * @param byFunction calls by the number of the function's declaration; {@value #UNKNOWN} stands for all that do not exist
 */
public record Tally(SortedMap<Integer, Long> byFunction) {
  public static final int UNKNOWN = 0;

  public static final Tally NONE = new Tally(new TreeMap<>());

  public Tally {
    byFunction = new TreeMap<>(byFunction);
  }

  public static Tally of(Map<Integer, Long> byFunction) {
    return new Tally(new TreeMap<>(byFunction));
  }

  /** One call of each of these; a number counts as often as it is there. */
  public static Tally ofEach(Collection<Integer> functions) {
    var counted = new TreeMap<Integer, Long>();
    functions.forEach(function -> counted.merge(function, 1L, Long::sum));
    return new Tally(counted);
  }

  public Tally plus(Tally more) {
    return merged(more, 1);
  }

  public Tally minus(Tally less) {
    return merged(less, -1);
  }

  /** Without functions of which nothing is counted. */
  private Tally merged(Tally other, int sign) {
    var sum = new TreeMap<>(byFunction);
    other.byFunction.forEach((function, calls) -> sum.merge(function, sign * calls, Long::sum));
    sum.values().removeIf(calls -> calls == 0);
    return new Tally(sum);
  }

  public long total() {
    return byFunction.values().stream().mapToLong(Long::longValue).sum();
  }
}
