package dev.latchkey.wire;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * What every answer has, those that Quarkus gives by itself too, so that no browser takes one for a page or a script of this
 * origin, which is the console's: its type is what it says, and opened as a page it would load and run nothing, in an origin
 * of its own. Pages have a policy of their own instead.
 */
@Singleton
final class AnswerHeaders {
  static final String POLICY = "Content-Security-Policy";
  static final String TYPE_OPTIONS = "X-Content-Type-Options";
  static final String NO_SNIFF = "nosniff";
  static final String SANDBOX = "default-src 'none'; sandbox";

  private static final int BEFORE_ALL = 10_000;

  void register(@Observes Filters filters) {
    filters.register(AnswerHeaders::prepare, BEFORE_ALL);
  }

  private static void prepare(RoutingContext request) {
    request.addHeadersEndHandler(written -> {
      var headers = request.response().headers();
      headers.set(TYPE_OPTIONS, NO_SNIFF);
      if (!headers.contains(POLICY)) {
        headers.set(POLICY, SANDBOX);
      }
    });
    request.next();
  }
}
