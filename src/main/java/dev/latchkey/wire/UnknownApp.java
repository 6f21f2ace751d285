package dev.latchkey.wire;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;

/** Answers calls of functions that are not there; the credential comes first, as with every call. */
@Singleton
@Path(UnknownApp.PATH)
public class UnknownApp {
  /** No function's name has a dash. */
  static final String PATH = "unknown-app";

  private final CallPipeline pipeline;

  @Inject
  UnknownApp(CallPipeline pipeline) {
    this.pipeline = pipeline;
  }

  @GET
  public Uni<Response> get(@Context HttpServerRequest request) {
    return pipeline.serveUnknown(request, new byte[0]);
  }

  @POST
  public Uni<Response> post(@Context HttpServerRequest request, byte[] body) {
    return pipeline.serveUnknown(request, body);
  }
}
