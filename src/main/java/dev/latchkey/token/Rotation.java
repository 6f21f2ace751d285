package dev.latchkey.token;

import dev.latchkey.access.Credential;
import dev.latchkey.access.Handover;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.Used;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A token that gets a new value.
 *
 * @param old what the old value lives on as; empty if it is revoked
 */
record Rotation(
    Credential before, Optional<Credential> old, Credential successor, Handover counts) {
  private static final String ROTATED = "-rotated-";
  private static final int DIGITS = 8;
  private static final int MOST_SLACK = 9;

  /**
   * @param renewed what the successor may reach
   * @param used the token as it is now, if it has a quota
   * @param grace zero to revoke the old value
   * @param tries how often calls that were made meanwhile were in the way
   */
  static Rotation of(
      Credential before,
      Scope renewed,
      Optional<Used> used,
      TokenValue value,
      Duration grace,
      Instant now,
      String revision,
      int tries) {
    var successor = new Credential(
        before.user(),
        value.digest(),
        before.name(),
        renewed,
        now,
        revision,
        before.succession().next());
    if (grace.isZero()) {
      var slack = tries == 0 ? 0 : (long) Math.pow(10, Math.min(tries, MOST_SLACK));
      var quota = used.map(seen -> SharedQuota.revoked(seen, now, slack))
          .orElseGet(() -> SharedQuota.none(now));
      return new Rotation(before, Optional.empty(), successor, quota.handover());
    }
    var end = end(before, now, grace);
    var quota =
        used.map(seen -> SharedQuota.until(end, seen, now)).orElseGet(() -> SharedQuota.none(now));
    var old = before
        .changed(oldName(before), scope(before.scope(), end, quota), revision)
        .succeededBy(successor);
    return new Rotation(before, Optional.of(old), successor, quota.handover());
  }

  private static Instant end(Credential before, Instant now, Duration grace) {
    var end = Instant.ofEpochSecond(now.plus(grace).getEpochSecond());
    return before.scope().expiresAt().filter(own -> own.isBefore(end)).orElse(end);
  }

  private static Scope scope(Scope before, Instant end, SharedQuota quota) {
    return new Scope(before.privileges(), Optional.of(end), before.addresses(), quota.share());
  }

  private static String oldName(Credential before) {
    var end = ROTATED + before.digest().substring(0, DIGITS);
    var most = TokenName.MOST - end.length();
    return before.name().substring(0, Math.min(most, before.name().length())) + end;
  }
}
