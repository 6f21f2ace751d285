package dev.latchkey.wire;

import dev.latchkey.access.Caller;
import dev.latchkey.access.SecurityToken;
import dev.latchkey.access.Shown;
import dev.latchkey.access.TrustedProxies;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.IdempotencyKey;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.data.Format;
import dev.latchkey.text.Quoted;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One request and the forms of its answer.
 *
 * @param id the request id: in a header of every answer, in the log, in audit entries and in the usage record
 * @param at when it arrived
 * @param door through which it came, if not as a call of WHM's API: its answers have another form
 */
record Exchange(
    HttpServerRequest http, Route route, Peer peer, String id, Instant at, Optional<Door> door) {
  /** WHM's own, in the shape of cPanel API 2 with strings for flags, word for word: clients look for it. */
  private static final Data.Hash DENIAL = Data.hash()
      .with("apiversion", "2")
      .with("error", "Access denied")
      .with("data", Data.hash().with("reason", "Access denied").with("result", "0"))
      .with("type", "text");

  /** Of a repeat: the request id of the first call. */
  private static final String REPEATS = "X-Latchkey-Repeats";

  static Exchange of(HttpServerRequest http, Instant at, TrustedProxies proxies) {
    return of(http, Route.of(http.path()).orElseThrow(), at, proxies, Optional.empty());
  }

  static Exchange of(
      HttpServerRequest http,
      Route route,
      Instant at,
      TrustedProxies proxies,
      Optional<Door> door) {
    return new Exchange(http, route, Peer.of(http, proxies), RequestId.of(http, at), at, door);
  }

  /** Who calls, and through which door. */
  Caller by(Caller admitted) {
    return door.map(through -> admitted.through(through.name())).orElse(admitted);
  }

  /** What it shows of who calls. */
  Shown shown() {
    // A browser shows its cookies whoever made the page: only a page of our own knows a session's
    // path.
    return door.isPresent()
        ? new Shown(http.headers().getAll("Authorization"), List.of(), Optional.empty())
        : shown(http);
  }

  static Shown shown(HttpServerRequest http) {
    return new Shown(
        http.headers().getAll("Authorization"),
        http.headers().getAll("Cookie"),
        SecurityToken.before(http.path()));
  }

  CallLine line() {
    return new CallLine(id, route.function(), peer.nearest(), at);
  }

  Call call(Declaration function, Arguments arguments, Caller caller) {
    var call = new Call(function, arguments, caller, Origin.of(http), route.format(), at, id);
    if (door.isPresent()) {
      return call.keyed(door.get().key(call));
    }
    // Of several, which would be joined by commas somewhere on the way, the key's form complains.
    var keys = http.headers().getAll(IdempotencyKey.HEADER);
    return call.keyed(keys.isEmpty() ? Optional.empty() : Optional.of(String.join(",", keys)));
  }

  /** @throws WhmFailure where it is too long, which only a caller who has changed nothing can ask for otherwise */
  Response answer(ApiVersion version, Optional<Declaration> function, Envelope envelope) {
    var response = door.map(through -> through.answer(envelope, id))
        .orElseGet(
            () -> write(Response.ok(), version.root(envelope), version.tree(envelope, function)));
    envelope.repeated().ifPresent(first -> response.getHeaders().putSingle(REPEATS, first));
    if (response.getEntity() instanceof byte[] bytes && AnswerSize.isTooLong(bytes)) {
      throw AnswerSize.refusal(bytes, function);
    }
    return response;
  }

  /** The same for every cause. */
  Response denied() {
    return door.map(through -> through.denied(http, id))
        .orElseGet(() -> denied(http, route.format(), id));
  }

  static Response denied(HttpServerRequest http, Format format, String id) {
    // Response.status has a place for the phrase, but Quarkus does not send it.
    http.response().setStatusMessage("Forbidden Access denied");
    Closing.afterAnswer(http);
    var builder = Response.status(Response.Status.FORBIDDEN);
    return format == Format.XML
        ? write(builder, id, format, format.mediaType(), "cpanelresult", DENIAL)
        : write(
            builder,
            id,
            format,
            "text/plain; charset=\"utf-8\"",
            "",
            Data.hash().with("cpanelresult", DENIAL));
  }

  Response broken(Fault fault) {
    return failure(Response.Status.INTERNAL_SERVER_ERROR, fault.getMessage());
  }

  /** Nobody is served now. */
  Response unavailable(String sentence) {
    return failure(Response.Status.SERVICE_UNAVAILABLE, sentence);
  }

  private Response failure(Response.Status status, String sentence) {
    return door.map(through -> through.failed(status.getStatusCode(), sentence, id))
        .orElseGet(() -> write(
            Response.status(status),
            "result",
            Envelope.failure(Quoted.of(route.function()), sentence).tree()));
  }

  private Response write(ResponseBuilder builder, String root, Data.Hash tree) {
    return write(builder, id, route.format(), route.format().mediaType(), root, tree);
  }

  /** An answer may hold a token's secret, so nobody on the way may keep it. */
  private static Response write(
      ResponseBuilder builder,
      String id,
      Format format,
      String mediaType,
      String root,
      Data.Hash tree) {
    return builder
        .header(HttpHeaders.CONTENT_TYPE, mediaType)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header(RequestId.HEADER, id)
        .entity(format.write(root, tree))
        .build();
  }
}
