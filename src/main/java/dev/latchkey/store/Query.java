package dev.latchkey.store;

/**
 * A stretch of a partition.
 *
 * @param first the least sort key, included
 * @param last the greatest sort key, included
 * @param limit the most items wanted, at least 1
 * @param backward from the greatest key to the least
 * @param consistent whether it sees every write that was answered before it
 */
public record Query(
    String partition, String first, String last, int limit, boolean backward, boolean consistent) {
  /** Above every character that a key of ours has. */
  public static final String END = "\uFFFF";

  public Query(String partition, String first, String last, int limit, boolean backward) {
    this(partition, first, last, limit, backward, true);
  }

  public static Query of(String partition, String prefix) {
    return new Query(partition, prefix, prefix + END, Integer.MAX_VALUE, false);
  }

  public static Query between(String partition, String first, String last) {
    return new Query(partition, first, last, Integer.MAX_VALUE, false);
  }

  public static Query newestFirst(String partition, String first, String last, int limit) {
    return new Query(partition, first, last, limit, true);
  }

  public Query limit(int most) {
    return new Query(partition, first, last, most, backward, consistent);
  }

  /** Maybe as it was a moment ago, for half of the price: only for what decides nothing. */
  public Query eventually() {
    return new Query(partition, first, last, limit, backward, false);
  }
}
