package dev.latchkey.access;

import java.time.Duration;
import java.time.Instant;

/**
 * A session as the store knows it: a digest, never the secret. It has no life of its own: at each call the token that
 * opened it is judged as if it made the call.
 *
 * @param user as whom it acts
 * @param digest SHA-256 of its id in hexadecimal
 * @param opener whose token opened it: {@code user} itself, or root
 * @param token the digest of that token
 * @param tokenName what that token was called then; empty for a session of an earlier release
 * @param privileges it never has more
 * @param endsAt when it ends, whatever is done with it
 * @param revision of which a condition can tell that it is still the one seen
 */
public record Session(
    String user,
    String digest,
    String opener,
    String token,
    String tokenName,
    Privileges privileges,
    Instant endsAt,
    String revision) {
  /** WHM's own. Its last use is noted once a minute, so that it may end a minute earlier. */
  public static final Duration INACTIVE = Duration.ofMinutes(15);

  static final Duration NOTED = Duration.ofMinutes(1);

  /** A page that asks again and again would keep a stolen cookie alive for ever. */
  public static final Duration LONGEST = Duration.ofHours(12);

  /** For how long a link opens a session. */
  public static final Duration LINK = Duration.ofMinutes(5);

  /** After so many wrong security tokens the right one is refused, too. */
  static final int MISSES = 20;

  private static final int ID_DIGITS = 16;

  /** What names it in the log and in audit entries. */
  public String id() {
    return digest.substring(0, ID_DIGITS);
  }

  /** Whose token it hangs on: who shows the whole id of a session has proved to be let in by that token once. */
  KnownToken known() {
    return new KnownToken(opener, Credential.id(token), tokenName);
  }

  boolean endedAt(Instant now, Instant lastSeen) {
    return !endsAt.isAfter(now) || !lastSeen.plus(INACTIVE).isAfter(now);
  }
}
