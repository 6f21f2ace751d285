package dev.latchkey.token;

import dev.latchkey.access.Credential;
import dev.latchkey.access.Handover;
import dev.latchkey.access.Month;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.Used;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A token that gets a new value.
 *
 * @param old what the old value lives on as; empty if it is revoked
 * @param lost the successor that it had until now, of which nobody knows the value; empty for the first one
 */
record Rotation(
    Credential before,
    Optional<Credential> old,
    Credential successor,
    Handover counts,
    Optional<Credential> lost) {
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
        before.user(), value.digest(), before.name(), renewed, now, revision, before.successors());
    if (grace.isZero()) {
      var slack = tries == 0 ? 0 : (long) Math.pow(10, Math.min(tries, MOST_SLACK));
      var quota = used.map(seen -> SharedQuota.revoked(seen, now, slack))
          .orElseGet(() -> SharedQuota.none(now));
      return new Rotation(before, Optional.empty(), successor, quota.handover(), Optional.empty());
    }
    var end = end(before, now, grace);
    var quota =
        used.map(seen -> SharedQuota.until(end, seen, now)).orElseGet(() -> SharedQuota.none(now));
    var old = before
        .changed(oldName(before), scope(before.scope(), end, quota.share()), revision)
        .succeededBy(successor);
    return new Rotation(before, Optional.of(old), successor, quota.handover(), Optional.empty());
  }

  /**
   * The answer to a rotation was lost: another successor takes the place of the one that nobody knows.
   *
   * @param before the old value, which makes the call
   * @param lost has made none, and so counts what it was made with
   */
  static Rotation again(
      Credential before,
      Used lost,
      TokenValue value,
      Duration grace,
      Instant now,
      String revision) {
    var successor = new Credential(
        before.user(),
        value.digest(),
        lost.credential().name(),
        lost.credential().scope(),
        now,
        revision,
        before.successors());
    var scope = scope(before.scope(), end(before, now, grace), before.scope().quota());
    var old = before.changed(before.name(), scope, revision).succeededBy(successor);
    var month = Month.of(now);
    var counts = new Handover(month, OptionalLong.empty(), Map.of(), lost.againstFrom(month));
    return new Rotation(
        before, Optional.of(old), successor, counts, Optional.of(lost.credential()));
  }

  private static Instant end(Credential before, Instant now, Duration grace) {
    var end = Instant.ofEpochSecond(now.plus(grace).getEpochSecond());
    return before.scope().expiresAt().filter(own -> own.isBefore(end)).orElse(end);
  }

  private static Scope scope(Scope before, Instant end, OptionalLong quota) {
    return new Scope(before.privileges(), Optional.of(end), before.addresses(), quota);
  }

  private static String oldName(Credential before) {
    var end = ROTATED + before.digest().substring(0, DIGITS);
    var most = TokenName.MOST - end.length();
    return before.name().substring(0, Math.min(most, before.name().length())) + end;
  }
}
