package dev.latchkey.store;

/**
 * A stretch of a partition.
 *
 * @param first the least sort key, included
 * @param last the greatest sort key, included
 * @param limit the most items wanted, at least 1
 * @param backward from the greatest key to the least
 */
public record Query(String partition, String first, String last, int limit, boolean backward) {
  /** Above every character that a key of ours has. */
  public static final String END = "\uFFFF";

  static Query of(String partition, String prefix) {
    return new Query(partition, prefix, prefix + END, Integer.MAX_VALUE, false);
  }

  public static Query between(String partition, String first, String last) {
    return new Query(partition, first, last, Integer.MAX_VALUE, false);
  }

  public static Query newestFirst(String partition, String first, String last, int limit) {
    return new Query(partition, first, last, limit, true);
  }
}
