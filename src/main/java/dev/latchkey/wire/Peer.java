package dev.latchkey.wire;

import dev.latchkey.access.AccessDenied;
import dev.latchkey.access.AccessDenied.Cause;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * Who is at the other end: as the connection says, or the request context of API Gateway's event; never as a header says.
 *
 * @param address an IP address; empty for a peer that has none
 * @param readable whether others on the way could have read what it sent
 */
record Peer(Optional<String> address, boolean readable) {

  static Peer of(HttpServerRequest http) {
    var address = Optional.ofNullable(http.remoteAddress().hostAddress());
    return over(http.isSSL(), isEvent(http), address);
  }

  static Peer over(boolean tls, boolean event, Optional<String> address) {
    return new Peer(address, !tls && !event && address.filter(Peer::isLoopback).isEmpty());
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
    return address.orElseThrow(() -> new AccessDenied(Cause.ADDRESS));
  }

  private static boolean isLoopback(String address) {
    return address.startsWith("127.") || address.equals("::1") || address.equals("0:0:0:0:0:0:0:1");
  }
}
