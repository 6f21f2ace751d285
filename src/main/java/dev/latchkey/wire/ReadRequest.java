package dev.latchkey.wire;

import dev.latchkey.api.Arguments;
import dev.latchkey.api.WhmFailure;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request says, or why it cannot be read; which is told only to callers that were admitted.
 */
record ReadRequest(Arguments arguments, ApiVersion version, Optional<WhmFailure> refusal) {

  static ReadRequest of(HttpServerRequest http, byte[] body) {
    try {
      if (http.method().equals(HttpMethod.GET) && hasBody(http)) {
        throw WhmFailure.refused(
            "The body of a GET is not read; send it by POST, or its arguments in the query.");
      }
      var query = Optional.ofNullable(http.query());
      var type = Optional.ofNullable(http.getHeader("Content-Type"));
      var arguments = ArgumentReader.read(query, type, body);
      return new ReadRequest(arguments, ApiVersion.of(arguments), Optional.empty());
    } catch (WhmFailure failure) {
      return new ReadRequest(
          new Arguments(List.of()),
          isNamed(http.query()) || isNamed(new String(body, StandardCharsets.UTF_8))
              ? ApiVersion.ONE
              : ApiVersion.UNREAD,
          Optional.of(failure));
    }
  }

  private static boolean isNamed(@Nullable String text) {
    return text != null && text.contains(ApiVersion.PARAMETER);
  }

  /** As its headers say: a Transfer-Encoding gets here only with the body of an event, and Quarkus reads none of a GET. */
  private static boolean hasBody(HttpServerRequest http) {
    var length = http.getHeader("Content-Length");
    return length != null && !length.equals("0") || http.headers().contains("Transfer-Encoding");
  }
}
