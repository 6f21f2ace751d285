package dev.latchkey.api;

import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Leads WHM's paths to the functions' resources, and turns away what is no call at all before anything is read. */
final class RouteFilter {
  private static final Set<String> METHODS = Set.of("GET", "POST");

  private final Functions functions;

  @Inject
  RouteFilter(Functions functions) {
    this.functions = functions;
  }

  @ServerRequestFilter(preMatching = true)
  public Optional<Response> route(ContainerRequestContext context, HttpServerRequest request) {
    var route = Route.of(request.path());
    if (route.isEmpty()) {
      return Optional.of(refusal(
          Response.status(Response.Status.NOT_FOUND),
          "Not found. A WHM API 1 function is at /json-api/FUNCTION or /xml-api/FUNCTION."));
    }
    var method = request.method().name();
    if (!METHODS.contains(method)) {
      return Optional.of(refusal(
          Response.status(Response.Status.METHOD_NOT_ALLOWED).header("Allow", "GET, POST"),
          "The method " + Quoted.of(method) + " is not served. Call a function by GET or POST."));
    }
    var resource = functions.find(route.get().function()).isPresent() ? route.get().function() : UnknownApp.PATH;
    context.setRequestUri(URI.create("/" + resource));
    return Optional.empty();
  }

  private static Response refusal(Response.ResponseBuilder builder, String sentence) {
    return builder.type(MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8")).entity(sentence + "\n").build();
  }
}
