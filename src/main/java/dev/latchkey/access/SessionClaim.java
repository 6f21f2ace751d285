package dev.latchkey.access;

import dev.latchkey.access.AccessDenied.Cause;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a request claims of a session: its cookie says which, and the path must have that session's security token. */
public record SessionClaim(SessionId id, SecurityToken token) {
  /** WHM's own. */
  public static final String COOKIE = "whostmgrsession";

  /** Nothing is decoded but the colon, so that no other character can get in by an escape. */
  private static final Pattern COLON = Pattern.compile("%3[aA]");

  private static final String NAMED = COOKIE + "=";

  /** Whether there is a cookie of a session at all. */
  static boolean isIn(List<String> cookies) {
    return !values(cookies).isEmpty();
  }

  /** @throws AccessDenied when it cannot be that of any session; nothing was read from the store for it */
  public static SessionClaim parse(List<String> cookies, Optional<SecurityToken> prefix) {
    var values = values(cookies);
    if (values.isEmpty()) {
      throw new AccessDenied(Cause.NO_CREDENTIAL);
    }
    if (values.size() > 1) {
      throw new AccessDenied(Cause.SEVERAL_CREDENTIALS);
    }
    var id = SessionId.parse(COLON.matcher(values.get(0)).replaceFirst(":"))
        .orElseThrow(() -> new AccessDenied(Cause.NO_SESSION));
    return new SessionClaim(id, prefix.orElseThrow(() -> new AccessDenied(Cause.NO_PREFIX)));
  }

  private static List<String> values(List<String> cookies) {
    return cookies.stream()
        .flatMap(header -> Arrays.stream(header.split(";")))
        .map(String::strip)
        .filter(cookie -> cookie.startsWith(NAMED))
        .map(cookie -> cookie.substring(NAMED.length()))
        .toList();
  }
}
