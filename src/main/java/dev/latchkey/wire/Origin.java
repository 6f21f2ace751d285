package dev.latchkey.wire;

import io.vertx.core.http.HttpServerRequest;
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
        .filter(called ->
            Peer.isEvent(http) || LOOPBACK.contains(called.host()) || ours.test(called.host()))
        .isPresent();
    return !isOurHost || !Optional.of(String.join(",", origins)).equals(of(http));
  }

  /** Empty when it named no host. Only a machine that calls itself is led to clear text. */
  static Optional<String> of(HttpServerRequest http) {
    return Optional.ofNullable(http.authority()).map(called -> {
      var isClear = !http.isSSL() && !Peer.isEvent(http) && LOOPBACK.contains(called.host());
      var host = called.host().indexOf(':') < 0 || called.host().startsWith("[")
          ? called.host()
          : "[" + called.host() + "]";
      var port = called.port() < 0 || called.port() == HTTPS ? "" : ":" + called.port();
      return (isClear ? "http://" : "https://") + host + port;
    });
  }
}
