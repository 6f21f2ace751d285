package dev.latchkey.api;

import dev.latchkey.access.Tally;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.List;

/**
 * One WHM function: a resource that GET and POST reach alike. A function declares itself in its constructor and writes
 * {@link #answer}; it knows no HTTP, no JSON and no XML.
 */
public abstract class WhmFunction {
  private final Declaration declaration;
  private Pipeline pipeline;

  protected WhmFunction(Declaration declaration) {
    this.declaration = declaration;
  }

  /** Set by the container: a constructor's parameter would be repeated in every function. */
  @Inject
  final void servedBy(Pipeline everyCall) {
    pipeline = everyCall;
  }

  public final Declaration declaration() {
    return declaration;
  }

  /** The room that it lives in; documents list functions by it. */
  public final String room() {
    var path = getClass().getPackageName();
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /**
   * Does what the declaration says.
   *
   * @throws WhmFailure when the call is refused; here or in what is returned
   */
  public abstract Uni<Answer> answer(Call call);

  /**
   * Answers a repeat of a call that was done, wholly or in part, from what is there today. As it stands it is for functions
   * whose second run from the present state gives the same answer: what the first one did, {@code change} does not do again.
   */
  public Uni<Answer> repeated(Call call, Stamp first) {
    return answer(call);
  }

  /** Which calls a call of this counts as; only a batch is several. */
  public Tally calls(Arguments arguments) {
    return Tally.ofEach(List.of(declaration.number()));
  }

  /** Whether a call of this may change something: a dry run does not, and a batch does where one of its commands does. */
  public boolean changes(Arguments arguments) {
    return declaration.isChanging() && !DryRun.isAsked(arguments);
  }

  @GET
  public final Uni<Response> get(@Context HttpServerRequest request) {
    return pipeline.serve(this, request, new byte[0]);
  }

  /** As bytes, so that no content type is in the way. */
  @POST
  public final Uni<Response> post(@Context HttpServerRequest request, byte[] body) {
    return pipeline.serve(this, request, body);
  }
}
