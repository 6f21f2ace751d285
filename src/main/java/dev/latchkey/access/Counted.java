package dev.latchkey.access;

import java.time.Instant;
import java.util.Map;

/**
 * What is counted where, and what is to be taken back if we fail.
 *
 * @param partition of the item that counts
 * @param sort its place there
 * @param request the request id
 * @param counters how much is added to which attribute
 * @param outcome is told what is known of it
 */
record Counted(
    String partition,
    String sort,
    String request,
    Instant at,
    Map<String, Long> counters,
    CountOutcome outcome) {
  CallMark mark() {
    return CallMark.of(request, at);
  }
}
