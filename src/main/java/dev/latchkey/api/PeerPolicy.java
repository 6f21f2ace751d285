package dev.latchkey.api;

import dev.latchkey.access.AccessDenied;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Who is at the other end: as the connection says, or the gateway's request context; never as a header says. */
@Singleton
class PeerPolicy {
  /** Where a secret may come in clear text from. */
  enum ClearText {
    /** From this machine alone. */
    LOOPBACK,
    /** Behind API Gateway, which ends TLS and speaks nothing else. */
    ANYWHERE
  }

  private final ClearText clearText;

  @Inject
  PeerPolicy(@ConfigProperty(name = "latchkey.clear-text") String clearText) {
    this.clearText = ClearText.valueOf(clearText.toUpperCase(Locale.ROOT));
  }

  String source(HttpServerRequest http) {
    return http.remoteAddress().hostAddress();
  }

  /** @throws AccessDenied for a credential that anybody on the way could have read */
  void refuseClearText(HttpServerRequest http) {
    if (clearText == ClearText.LOOPBACK && !http.isSSL() && !isLoopback(source(http))) {
      throw new AccessDenied(AccessDenied.Cause.CLEAR_TEXT);
    }
  }

  private static boolean isLoopback(String address) {
    return address.startsWith("127.") || address.equals("::1") || address.equals("0:0:0:0:0:0:0:1");
  }
}
