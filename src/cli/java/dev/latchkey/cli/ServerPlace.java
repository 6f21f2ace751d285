package dev.latchkey.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where the API is: {@code https://whm.example.com:2087}, or in clear text on this machine alone. */
record ServerPlace(URI url) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /** @param where what says so: "LATCHKEY_URL" */
  static ServerPlace of(String written, String where) {
    var url = parsed(written, where);
    if (url.getHost() == null
        || url.getRawQuery() != null
        || url.getRawFragment() != null
        || url.getRawUserInfo() != null) {
      throw wrong(written, where);
    }
    var place = new ServerPlace(url);
    if (!place.isSecure() && !place.isOnThisMachine()) {
      throw CliProblem.usage(
          where + " is " + Visible.line(written)
              + ", and the token must not go there in clear text; use an address that begins with https://.");
    }
    return place;
  }

  private static URI parsed(String written, String where) {
    try {
      var url =
          new URI(written.endsWith("/") ? written.substring(0, written.length() - 1) : written);
      var scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
      if (scheme.equals("https") || scheme.equals("http")) {
        return url;
      }
    } catch (URISyntaxException e) {
      // As for every other text that is none.
    }
    throw wrong(written, where);
  }

  private static CliProblem wrong(String written, String where) {
    // A password may stand in it.
    return CliProblem.usage(where
        + (written.contains("@") ? "" : ", “" + Visible.line(written) + "”,")
        + " is not a valid address; it looks like https://whm.example.com:2087.");
  }

  boolean isSecure() {
    return url.getScheme().equalsIgnoreCase("https");
  }

  /** Loopback, where nobody listens on the way. */
  private boolean isOnThisMachine() {
    var host = host();
    return host.equalsIgnoreCase("localhost")
        || host.equals("::1")
        || host.matches("127(?:\\.[0-9]{1,3}){3}");
  }

  /** Without the brackets of IPv6. */
  String host() {
    var host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  int port() {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return isSecure() ? HTTPS : HTTP;
  }

  /** As sentences and the Host field name it. */
  String authority() {
    return url.getRawAuthority();
  }

  String path(String more) {
    return (url.getRawPath() == null ? "" : url.getRawPath()) + more;
  }
}
