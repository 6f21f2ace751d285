package dev.latchkey.access;

import dev.latchkey.access.AccessDenied.Cause;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the Authorization header claims: {@code whm USER:TOKEN} in any letter case, or HTTP Basic with a token as the
 * password (WHM, "Guide to API Authentication"; RFC 7617).
 */
public record Authorization(String user, TokenValue token) {
  private static final Pattern HEADER = Pattern.compile("\\s*(\\S+)\\s+(.*)", Pattern.DOTALL);

  /** @throws AccessDenied when it cannot be the credential of anybody; nothing was read from the store for it */
  public static Authorization parse(List<String> headers) {
    if (headers.isEmpty()) {
      throw new AccessDenied(Cause.NO_CREDENTIAL);
    }
    if (headers.size() > 1) {
      throw new AccessDenied(Cause.SEVERAL_CREDENTIALS);
    }
    var header = HEADER.matcher(headers.get(0));
    if (!header.matches()) {
      throw new AccessDenied(Cause.UNKNOWN_SCHEME);
    }
    var rest = header.group(2).trim();
    var pair =
        switch (header.group(1).toLowerCase(Locale.ROOT)) {
          case "whm" -> rest;
          case "basic" -> basic(rest);
          default -> throw new AccessDenied(Cause.UNKNOWN_SCHEME);
        };
    var colon = pair.indexOf(':');
    if (colon < 0) {
      throw new AccessDenied(Cause.NO_USER_NAME);
    }
    return of(pair.substring(0, colon), pair.substring(colon + 1));
  }

  /** @throws AccessDenied as {@link #parse} */
  public static Authorization of(String user, String password) {
    if (!User.isName(user)) {
      throw new AccessDenied(Cause.NO_USER_NAME);
    }
    var token = TokenValue.parse(password).orElseThrow(() -> new AccessDenied(Cause.NO_TOKEN));
    return new Authorization(user, token);
  }

  /** FOSSBilling sends {@code USER:PASSWORD} without encoding it; Base64 has no colon. */
  private static String basic(String text) {
    if (text.indexOf(':') >= 0) {
      return text;
    }
    try {
      return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new AccessDenied(Cause.NO_USER_NAME);
    }
  }
}
