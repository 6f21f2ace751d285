package dev.latchkey.wire;

import dev.latchkey.audit.RequestTime;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of a request: when it arrived, and API Gateway's own id, by which its access log names the call, or a random one. It is
 * in a header of every answer, in the log and in audit entries, and marks the call where it is counted. No client can choose
 * it.
 */
final class RequestId {
  static final String HEADER = "X-Request-Id";

  /** Of what API Gateway makes. Whoever may invoke the function himself could send anything. */
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9=_-]{8,64}");

  private RequestId() {}

  static String of(HttpServerRequest http, Instant at) {
    return RequestTime.with(
        at,
        Optional.ofNullable(http.getHeader(HEADER))
            .filter(given -> Peer.isEvent(http) && isValid(given))
            .orElseGet(() -> UUID.randomUUID().toString().replace("-", "")));
  }

  static boolean isValid(String id) {
    return FORM.matcher(id).matches();
  }
}
