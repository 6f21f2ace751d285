package dev.latchkey.ticket;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** An address that somebody is sent to, so that nothing but the web is meant. */
final class WebAddress {
  private static final int MOST = 2_000;

  private WebAddress() {}

  /** @throws IllegalArgumentException if it is not {@code https://} with a host, at most 2,000 characters */
  static URI parse(String text) {
    try {
      var url = new URI(text);
      var scheme = Optional.ofNullable(url.getScheme()).orElse("").toLowerCase(Locale.ROOT);
      if (scheme.equals("https") && url.getHost() != null && text.length() <= MOST) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "is not a valid address; it must be https://… with a host, at most " + MOST
            + " characters.");
  }
}
