package dev.latchkey.wire;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Where a client called us, for links that lead back. */
final class Origin {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");
  private static final int HTTPS = 443;

  private static final String HEADER = "Origin";

  private Origin() {}

  /**
   * Whether a page of another origin than ours made the call. What the page is called by is not ours for that alone: a name of
   * an attacker's may lead here (DNS rebinding).
   *
   * @param ours whether a host name is one of this API, but for this machine's own; API Gateway knows no other
   */
  static boolean isForeign(HttpServerRequest http, Predicate<String> ours) {
    var origins = http.headers().getAll(HEADER);
    if (origins.isEmpty()) {
      return false;
    }
    var isOurHost = Optional.ofNullable(http.authority())
        .filter(called -> Peer.isEvent(http) || isLoopback(called) || ours.test(called.host()))
        .isPresent();
    return !isOurHost
        || of(http).filter(String.join(",", origins)::equalsIgnoreCase).isEmpty();
  }

  /** Capitals make no other host of a name, and not every client writes it small. */
  private static boolean isLoopback(HostAndPort called) {
    return LOOPBACK.contains(called.host().toLowerCase(Locale.ROOT));
  }

  /** Empty when it named no host. Only a machine that calls itself is led to clear text. */
  static Optional<String> of(HttpServerRequest http) {
    return Optional.ofNullable(http.authority()).map(called -> {
      var isClear = !http.isSSL() && !Peer.isEvent(http) && isLoopback(called);
      var host = called.host().indexOf(':') < 0 || called.host().startsWith("[")
          ? called.host()
          : "[" + called.host() + "]";
      var port = called.port() < 0 || called.port() == HTTPS ? "" : ":" + called.port();
      return (isClear ? "http://" : "https://") + host + port;
    });
  }
}
