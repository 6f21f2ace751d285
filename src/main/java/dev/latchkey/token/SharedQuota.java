package dev.latchkey.token;

import dev.latchkey.access.Handover;
import dev.latchkey.access.Month;
import dev.latchkey.access.Used;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.OptionalLong;

/**
 * How the quota of a rotated token is shared, so that its old and its new value never make more calls together than it
 * allows: the old one keeps as much of a month's quota as its grace is of a month, but of what is left this month no more
 * than a half, and the successor has the rest, what was used included.
 *
 * @param share the quota that the old one keeps; empty if it is revoked, or if there is no quota
 */
record SharedQuota(OptionalLong share, Handover handover) {
  private static final Duration MONTH = Duration.ofDays(30);

  static SharedQuota none(Instant now) {
    return new SharedQuota(OptionalLong.empty(), Handover.none(Month.of(now)));
  }

  /**
   * The old one is revoked: its successor goes on where it stood.
   *
   * @param slack calls that may be made meanwhile, and are the successor's loss
   */
  static SharedQuota revoked(Used seen, Instant now, long slack) {
    var month = Month.of(now);
    var begun = seen.againstFrom(month);
    var used = Math.min(quota(seen), seen.against(month) + slack);
    begun.put(month, used);
    var handover = new Handover(month, OptionalLong.of(used), new HashMap<>(), begun);
    return new SharedQuota(OptionalLong.empty(), handover);
  }

  /** @param end the last moment of the old one */
  static SharedQuota until(Instant end, Used seen, Instant now) {
    var quota = quota(seen);
    var share = Math.max(1, quota * Duration.between(now, end).toSeconds() / MONTH.toSeconds());
    var month = Month.of(now);
    var used = seen.against(month);
    var allowed = Math.min(share, Math.max(0, quota - used) / 2);
    var begun = seen.againstFrom(month);
    var old = new HashMap<Month, Long>();
    begun.forEach((later, calls) -> old.put(later, -calls));
    for (var later = month.next(); later.compareTo(Month.of(end)) <= 0; later = later.next()) {
      begun.merge(later, share, Long::sum);
    }
    begun.put(month, used + allowed);
    old.put(month, share - allowed - used);
    return new SharedQuota(
        OptionalLong.of(share), new Handover(month, OptionalLong.of(used + allowed), old, begun));
  }

  private static long quota(Used seen) {
    return seen.credential().scope().quota().orElseThrow();
  }
}
