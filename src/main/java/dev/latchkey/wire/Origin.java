package dev.latchkey.wire;

import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.Set;

/** Where a client called us, for links that lead back. */
final class Origin {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");
  private static final int HTTPS = 443;

  private Origin() {}

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
