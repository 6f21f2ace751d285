package dev.latchkey.wire;

import dev.latchkey.text.Quoted;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Leads WHM's paths to the functions' resources, and turns away what is not a call before anything is read. */
final class RouteFilter {
  /** Only the path leads to a resource. Without a base, Quarkus would make one of the request's host for each call. */
  private static final URI ANYWHERE = URI.create("http://localhost/");

  private static final Set<String> METHODS = Set.of("GET", "POST");

  private final Served served;
  private final InternalFunction internal;
  private final McpGate mcp;
  private final ConsoleFiles console;

  @Inject
  RouteFilter(Served served, InternalFunction internal, McpGate mcp, ConsoleFiles console) {
    this.served = served;
    this.internal = internal;
    this.mcp = mcp;
    this.console = console;
  }

  @ServerRequestFilter(preMatching = true)
  public Optional<Response> route(ContainerRequestContext context, HttpServerRequest http) {
    if (hasDoubtfulLength(http)) {
      Closing.afterAnswer(http);
      return refusal(
          Response.status(Response.Status.LENGTH_REQUIRED),
          "Transfer-Encoding is not read. Send the body with a Content-Length.");
    }
    if (internal.isAt(http.path())) {
      return Optional.empty();
    }
    if (internal.name().isEmpty()) {
      if (Entrance.of(http.path()).isPresent() && served.includesLogin()) {
        return toResource(context, http, Entrance.PATH);
      }
      if (mcp.isAt(http.path())) {
        return mcp.refusal(http).or(() -> toResource(context, http, McpPage.PATH));
      }
      var file = console.find(http);
      if (file.isPresent()) {
        return file;
      }
      if (FrontPage.isAt(http)) {
        return Optional.of(FrontPage.answer(http));
      }
    }
    var route = Route.of(http.path());
    if (route.isEmpty() || internal.name().isPresent()) {
      return refusal(
          Response.status(Response.Status.NOT_FOUND),
          "Not found. A WHM API 1 function is at /json-api/FUNCTION or /xml-api/FUNCTION.");
    }
    var isFunction = served.includes(route.get().function());
    return toResource(context, http, isFunction ? route.get().function() : UnknownApp.PATH);
  }

  private static Optional<Response> toResource(
      ContainerRequestContext context, HttpServerRequest http, String path) {
    var method = http.method().name();
    if (!METHODS.contains(method)) {
      return refusal(
          Response.status(Response.Status.METHOD_NOT_ALLOWED).header("Allow", "GET, POST"),
          "The method " + Quoted.of(method) + " is not served. Call a function by GET or POST.");
    }
    // JAX-RS would answer a Content-Type that it cannot parse with an empty 400, and clients send
    // anything.
    context.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_OCTET_STREAM);
    context.setRequestUri(ANYWHERE, URI.create("/" + path));
    return Optional.empty();
  }

  /**
   * Netty mends a request that has both a Content-Length and a Transfer-Encoding by dropping the first, so that it looks
   * like any other with the second (RFC 9112 section 6.1). No client of WHM sends chunks; all of them are refused. A
   * request out of an event has a Transfer-Encoding that Quarkus put there.
   */
  private static boolean hasDoubtfulLength(HttpServerRequest http) {
    return !Peer.isEvent(http) && http.headers().contains("Transfer-Encoding");
  }

  private static Optional<Response> refusal(Response.ResponseBuilder builder, String sentence) {
    return Optional.of(builder
        .type(MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8"))
        .entity(sentence + "\n")
        .build());
  }
}
