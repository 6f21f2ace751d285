package dev.latchkey.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** The proxy that {@code HTTPS_PROXY} names; TLS goes through it unread. */
record WebProxy(String host, int port, Optional<String> authorization) {
  private static final int USUAL_PORT = 3128;

  static Optional<WebProxy> before(ServerPlace server, Workplace place) {
    if (!server.isSecure()
        || isExcepted(server.host(), variable(place, "no_proxy").orElse(""))) {
      return Optional.empty();
    }
    return variable(place, "https_proxy").or(() -> variable(place, "all_proxy")).map(WebProxy::of);
  }

  private static Optional<String> variable(Workplace place, String name) {
    return place.variable(name).or(() -> place.variable(name.toUpperCase(Locale.ROOT)));
  }

  private static boolean isExcepted(String host, String exceptions) {
    return Arrays.stream(exceptions.split("[, ]+"))
        .filter(one -> !one.isEmpty())
        .map(one -> one.startsWith(".") ? one.substring(1) : one)
        .anyMatch(one -> one.equals("*")
            || host.equalsIgnoreCase(one)
            || host.toLowerCase(Locale.ROOT).endsWith("." + one.toLowerCase(Locale.ROOT)));
  }

  private static WebProxy of(String written) {
    try {
      var url = new URI(written.contains("://") ? written : "http://" + written);
      if (url.getHost() != null && "http".equalsIgnoreCase(url.getScheme())) {
        return new WebProxy(
            url.getHost(),
            url.getPort() < 0 ? USUAL_PORT : url.getPort(),
            Optional.ofNullable(url.getUserInfo())
                .map(login -> "Basic "
                    + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))));
      }
    } catch (URISyntaxException e) {
      // As for every other text that is none.
    }
    // A password may stand in it.
    throw CliProblem.usage(
        "https_proxy is not a valid address of a proxy; it looks like http://proxy.example.com:3128.");
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
