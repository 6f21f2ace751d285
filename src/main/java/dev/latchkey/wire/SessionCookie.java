package dev.latchkey.wire;

import dev.latchkey.access.SessionClaim;
import dev.latchkey.access.SessionId;

/**
 * The cookie of a session (RFC 6265). It is {@code Secure} also on the laptop: browsers and curl take the loopback for
 * secure, and no proxy's doing can make it travel in clear text.
 */
final class SessionCookie {
  private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax";

  private SessionCookie() {}

  /** Its colon is encoded, as WHM has it. */
  static String of(SessionId id) {
    return SessionClaim.COOKIE + "=" + id.reveal().replace(":", "%3a") + ATTRIBUTES;
  }

  /** Takes it away. */
  static String none() {
    return SessionClaim.COOKIE + "=; Max-Age=0" + ATTRIBUTES;
  }
}
