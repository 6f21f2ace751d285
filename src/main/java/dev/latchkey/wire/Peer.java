package dev.latchkey.wire;

import dev.latchkey.access.AccessDenied;
import dev.latchkey.access.AccessDenied.Cause;
import dev.latchkey.access.TrustedProxies;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * Who is at the other end, as the connection says or the request context of API Gateway's event; and who calls, which is
 * the same unless a trusted proxy says otherwise.
 *
 * @param connection the IP address at the other end; empty for a peer that has none
 * @param address the caller's IP address; empty where nobody knows it
 * @param readable whether others on the way could have read what it sent
 */
record Peer(Optional<String> connection, Optional<String> address, boolean readable) {
  private static final String FORWARDED = "X-Forwarded-For";

  static Peer of(HttpServerRequest http, TrustedProxies proxies) {
    var connection = Optional.ofNullable(http.remoteAddress().hostAddress());
    var address =
        connection.flatMap(peer -> proxies.caller(peer, http.headers().getAll(FORWARDED)));
    return over(http.isSSL(), isEvent(http), connection, address);
  }

  /** Whether others could have read it is a question about the connection, whoever is said to be behind it. */
  static Peer over(
      boolean tls, boolean event, Optional<String> connection, Optional<String> address) {
    var readable = !tls && !event && connection.filter(Peer::isLoopback).isEmpty();
    return new Peer(connection, address, readable);
  }

  /** A request made out of an event has no address of ours; API Gateway ended its TLS, and speaks nothing else. */
  static boolean isEvent(HttpServerRequest http) {
    return http.localAddress() == null;
  }

  /** @throws AccessDenied for a credential that anybody on the way could have read */
  String trusted() {
    if (readable) {
      throw new AccessDenied(Cause.CLEAR_TEXT);
    }
    return address.orElseThrow(
        () -> new AccessDenied(connection.isPresent() ? Cause.FORWARDED : Cause.ADDRESS));
  }

  /** For the log: where nobody knows the caller, the proxy that does not say it. */
  String nearest() {
    return address.or(() -> connection).orElse("no address");
  }

  private static boolean isLoopback(String address) {
    return address.startsWith("127.") || address.equals("::1") || address.equals("0:0:0:0:0:0:0:1");
  }
}
