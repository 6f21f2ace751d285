package dev.latchkey.wire;

import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of a request: API Gateway's own, so that its access log and ours name a call alike, or a random one. It is in a
 * header of every answer, in the log and in audit entries, and marks the call where it is counted. No client can choose it.
 */
final class RequestId {
  static final String HEADER = "X-Request-Id";

  /** Of what API Gateway makes. Whoever may invoke the function himself could send anything. */
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9=_-]{8,64}");

  private RequestId() {}

  static String of(HttpServerRequest http) {
    return Optional.ofNullable(http.getHeader(HEADER))
        .filter(given -> Peer.isEvent(http) && isValid(given))
        .orElseGet(() -> UUID.randomUUID().toString());
  }

  static boolean isValid(String id) {
    return FORM.matcher(id).matches();
  }
}
