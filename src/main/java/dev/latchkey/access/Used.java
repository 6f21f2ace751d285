package dev.latchkey.access;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A credential, and what admission noted of its use.
 *
 * @param lastAt when a call was admitted with it last; empty for never
 * @param lastFrom from which address; empty for never, or if an earlier release admitted that call
 * @param made the calls that were made with it, of the months that it still counts itself
 * @param against by month what its quota is compared with: also calls that another token was given, or had made
 */
public record Used(
    Credential credential,
    Optional<Instant> lastAt,
    Optional<String> lastFrom,
    SortedMap<Month, Tally> made,
    SortedMap<Month, Long> against) {

  public long against(Month month) {
    return against.getOrDefault(month, 0L);
  }

  /** As {@link #against}, of each month from {@code first} on. */
  public Map<Month, Long> againstFrom(Month first) {
    return new TreeMap<>(against.tailMap(first));
  }
}
