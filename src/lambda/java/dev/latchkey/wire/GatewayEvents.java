package dev.latchkey.wire;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.Xid;
import dev.latchkey.data.Format;
import io.netty.handler.codec.http.HttpMethod;
import io.quarkus.amazon.lambda.http.LambdaHttpHandler;
import io.quarkus.arc.Unremovable;
import io.quarkus.vertx.http.runtime.QuarkusHttpHeaders;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * What Lambda hands to the function: calls, as events of API Gateway's HTTP API in payload format 2.0. Any other event is
 * refused. It stands in front of Quarkus' own handler, which answers such events 500 with a stack trace.
 */
@Singleton
@Alternative
@Priority(1)
@Unremovable
public final class GatewayEvents extends LambdaHttpHandler {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.calls");
  private static final int BAD_REQUEST = 400;
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  private final SecureRandom random;
  private final InternalFunction internal;
  private final Closed closed;

  @Inject
  GatewayEvents(SecureRandom random, InternalFunction internal, Closed closed) {
    this.random = random;
    this.internal = internal;
    this.closed = closed;
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    if (closed.isClosed() && !isOperators(event)) {
      return answer(
          UNAVAILABLE,
          "This is closed while its table is restored; nothing was done. Try again later.");
    }
    var path = path(event);
    if (path.isEmpty() || !isRequest(event)) {
      return refuse(context);
    }
    event.setRawPath(path.get());
    setRequestId(event);
    if ("".equals(event.getBody())) {
      // Quarkus would send it on as a body, and a GET with a body is refused.
      event.setBody(null);
    }
    var answer = typed(super.handleRequest(event, context));
    // Nobody reads the answer of an internal function; what fails, Lambda counts.
    if (internal.name().isPresent() && answer.getStatusCode() >= SERVER_ERROR) {
      throw new IllegalStateException(internal.name().get() + " failed; its log has why");
    }
    return answer;
  }

  /**
   * Whether an operator invokes the function itself, which takes {@code lambda:InvokeFunction}: API Gateway names the API in
   * its events, and EventBridge invokes nothing but the reconciler.
   */
  private boolean isOperators(APIGatewayV2HTTPEvent event) {
    return internal.name().filter(InternalFunction.RECONCILE::equals).isEmpty()
        && event != null
        && event.getRequestContext() != null
        && event.getRequestContext().getApiId() == null;
  }

  /**
   * API Gateway decodes the path; a request line can only have it encoded (RFC 3986 section 3.3).
   *
   * @return empty for an event that is not API Gateway's
   */
  private static Optional<String> path(APIGatewayV2HTTPEvent event) {
    if (event == null
        || event.getRawPath() == null
        || event.getRequestContext() == null
        || event.getRequestContext().getHttp() == null
        || event.getRequestContext().getHttp().getMethod() == null) {
      return Optional.empty();
    }
    try {
      var encoded = new URI("http", "path", event.getRawPath(), null).toASCIIString();
      return Optional.of(URI.create(encoded).getRawPath());
    } catch (URISyntaxException relative) {
      return Optional.empty();
    }
  }

  /** In place of any that the client sent: an event's header names are in lower case, but whoever invokes us could send any. */
  private static void setRequestId(APIGatewayV2HTTPEvent event) {
    var headers = new HashMap<>(Optional.ofNullable(event.getHeaders()).orElse(Map.of()));
    headers.keySet().removeIf(RequestId.HEADER::equalsIgnoreCase);
    Optional.ofNullable(event.getRequestContext().getRequestId())
        .filter(RequestId::isValid)
        .ifPresent(id -> headers.put(RequestId.HEADER, id));
    event.setHeaders(headers);
  }

  /**
   * Quarkus' handler reads the same before it carries the call out, but its failure does not tell whether that was before
   * or after.
   */
  private static boolean isRequest(APIGatewayV2HTTPEvent event) {
    try {
      HttpMethod.valueOf(event.getRequestContext().getHttp().getMethod());
      var headers = new QuarkusHttpHeaders();
      Optional.ofNullable(event.getHeaders()).orElse(Map.of()).forEach((name, value) -> {
        if (value != null) {
          headers.add(name, value);
        }
      });
      Optional.ofNullable(event.getCookies())
          .ifPresent(cookies -> headers.add(HttpHeaders.COOKIE, String.join(";", cookies)));
      if (event.getIsBase64Encoded() && event.getBody() != null) {
        Base64.getDecoder().decode(event.getBody());
      }
      return true;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /** With its own type, where it had another one so that its bytes stayed as they are. */
  private static APIGatewayV2HTTPResponse typed(APIGatewayV2HTTPResponse answer) {
    var headers = answer.getHeaders();
    var type = headers == null ? null : headers.remove(ConsoleFiles.TYPE_IN_EVENT);
    if (type != null) {
      headers.put(HttpHeaders.CONTENT_TYPE, type);
    }
    return answer;
  }

  private APIGatewayV2HTTPResponse refuse(Context context) {
    var failure =
        WhmFailure.refused("This is not an event of API Gateway's HTTP API in payload format"
            + " 2.0, so it holds no call; invoke the function through the API.");
    var xid = Xid.next(random);
    LOG.warnf("%s refused: (XID %s) %s", context.getAwsRequestId(), xid, failure.getMessage());
    return answer(BAD_REQUEST, failure.reason(xid));
  }

  private static APIGatewayV2HTTPResponse answer(int status, String reason) {
    var envelope = Envelope.failure("", reason);
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(status)
        .withHeaders(Map.of(
            HttpHeaders.CONTENT_TYPE,
            Format.JSON.mediaType(),
            AnswerHeaders.TYPE_OPTIONS,
            AnswerHeaders.NO_SNIFF,
            AnswerHeaders.POLICY,
            AnswerHeaders.SANDBOX))
        .withBody(new String(Format.JSON.write("result", envelope.tree()), StandardCharsets.UTF_8))
        .build();
  }
}
