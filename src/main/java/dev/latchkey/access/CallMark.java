package dev.latchkey.access;

import java.time.Duration;
import java.time.Instant;

/**
 * What a counted call leaves in one of eight places of the item that counted it, so that it is found there when the answer
 * is lost: the millisecond and six digits of its request id.
 */
record CallMark(String place, long value) {
  private static final int PLACES = 8;
  private static final long IDS = 1_000_000;

  /** By how much the clocks of two of us may differ, at most. */
  private static final Duration SKEW = Duration.ofSeconds(5);

  enum Trace {
    /** The call was counted. */
    THERE,
    /** It was not counted until the item was read. */
    NOT_THERE,
    /** Another call has left its mark in the same place since, or just before. */
    OVERWRITTEN
  }

  static CallMark of(String request, Instant at) {
    var hash = request.hashCode();
    return new CallMark(
        "s" + Math.floorMod(hash, PLACES),
        at.toEpochMilli() * IDS + Math.floorMod(hash / PLACES, IDS));
  }

  /** @param seen the mark that was read in this one's place, 0 for none */
  Trace trace(long seen) {
    if (seen == value) {
      return Trace.THERE;
    }
    return seen < value - SKEW.toMillis() * IDS ? Trace.NOT_THERE : Trace.OVERWRITTEN;
  }
}
