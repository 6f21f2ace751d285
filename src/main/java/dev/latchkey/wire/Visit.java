package dev.latchkey.wire;

import dev.latchkey.access.AccessDenied;
import dev.latchkey.access.AccessDenied.Cause;
import dev.latchkey.access.SecurityToken;
import dev.latchkey.access.SessionClaim;
import dev.latchkey.access.SessionId;
import dev.latchkey.access.TrustedProxies;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.LoginParameters;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.data.Format;
import dev.latchkey.wire.SessionKeeper.Moment;
import dev.latchkey.wire.SessionKeeper.Opened;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.Response.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request of {@link Entrance}, and the forms of its answer: pages and redirects, or JSON with {@code login_only=1}.
 *
 * @param query what the URL says, which is never a user and its token
 * @param form what the body says
 */
record Visit(
    HttpServerRequest http,
    Entrance entrance,
    Peer peer,
    String id,
    Instant at,
    Arguments query,
    Arguments form) {
  private static final String HTML = "text/html";

  /** A path of ours: after its slash there is no other one, which browsers take for another host, nor a backslash. */
  private static final Pattern LOCAL = Pattern.compile(
      "(?:/cpsess[0-9]*)?+(/(?:[A-Za-z0-9._~%=&?+-][A-Za-z0-9._~%=&?+/-]{0,500})?)");

  /** What cannot be read says nothing: it is refused like a wrong password. */
  static Visit of(HttpServerRequest http, byte[] body, Instant at, TrustedProxies proxies) {
    var type = Optional.ofNullable(http.getHeader(HttpHeaders.CONTENT_TYPE));
    return new Visit(
        http,
        Entrance.of(http.path()).orElseThrow(),
        Peer.of(http, proxies),
        RequestId.of(http, at),
        at,
        read(Optional.ofNullable(http.query()), Optional.empty(), new byte[0]),
        read(Optional.empty(), type, body));
  }

  private static Arguments read(Optional<String> query, Optional<String> type, byte[] body) {
    try {
      return ArgumentReader.read(query, type, body);
    } catch (WhmFailure unreadable) {
      return new Arguments(List.of());
    }
  }

  boolean isGet() {
    return http.method().name().equals("GET");
  }

  Moment moment() {
    return new Moment(at, id);
  }

  /** Whether a browser asks, or what looks at links for it, and not a script. */
  boolean isOfBrowser() {
    return http.headers().getAll(HttpHeaders.ACCEPT).stream()
        .anyMatch(types -> types.contains(HTML));
  }

  boolean wantsJson() {
    return List.of(query, form).stream()
        .anyMatch(arguments -> arguments
            .last(LoginParameters.LOGIN_ONLY.name())
            .filter("1"::equals)
            .isPresent());
  }

  /** The id of a link: in the URL of a GET, in the form of a POST. */
  Optional<String> link() {
    return (isGet() ? query : form).last(LoginParameters.SESSION.name());
  }

  /** @throws AccessDenied where it cannot be that of any link */
  SessionClaim linkClaim() {
    var link =
        link().flatMap(SessionId::parse).orElseThrow(() -> new AccessDenied(Cause.NO_SESSION));
    return new SessionClaim(
        link,
        SecurityToken.before(http.path()).orElseThrow(() -> new AccessDenied(Cause.NO_PREFIX)));
  }

  /** Where to go after the login; empty where nothing is asked for that is a path of ours. */
  String target() {
    return form.last(LoginParameters.GOTO_URI.name())
        .or(() -> query.last(LoginParameters.GOTO_URI.name()))
        .map(LOCAL::matcher)
        .filter(Matcher::matches)
        .map(local -> local.group(1))
        .orElse("");
  }

  Response page(Page page) {
    return build(page.into(Response.ok()));
  }

  Response opened(Opened session) {
    var path = session.token().path();
    var target = path + (target().isEmpty() ? session.page() : target());
    var builder = wantsJson()
        ? json(
            Response.ok(),
            Data.hash().with("status", 1).with("redirect", target).with("security_token", path))
        // Not 303, which clients of WHM follow, and so do not see where it leads.
        : Response.status(Status.FOUND);
    return build(
        to(target, builder).header(HttpHeaders.SET_COOKIE, SessionCookie.of(session.id())));
  }

  /** The same for every cause. */
  Response refused() {
    return build(
        wantsJson()
            ? json(
                Response.status(Status.UNAUTHORIZED),
                Data.hash().with("status", 0).with("message", "invalid_login"))
            : LoginPages.refused().into(Response.status(Status.UNAUTHORIZED)));
  }

  /** To somebody whose credential is good. */
  Response failed(Status status, String sentence) {
    return build(
        wantsJson()
            ? json(Response.status(status), Data.hash().with("status", 0).with("message", sentence))
            : LoginPages.failed(sentence).into(Response.status(status)));
  }

  Response ended() {
    var builder = wantsJson()
        ? json(Response.ok(), Data.hash().with("status", 1).with("redirect", "/login"))
        : to("/login", Response.status(Status.SEE_OTHER));
    return build(builder.header(HttpHeaders.SET_COOKIE, SessionCookie.none()));
  }

  Response denied() {
    return Exchange.denied(http, Format.JSON, id);
  }

  /**
   * The path alone, as WHM has it: clients read the security token off its beginning, cPanel::APIClient also with
   * {@code login_only=1}, and {@code location} would make it a URL with a scheme and a port that are not the caller's.
   */
  private static ResponseBuilder to(String path, ResponseBuilder builder) {
    return builder.header(HttpHeaders.LOCATION, path);
  }

  private static ResponseBuilder json(ResponseBuilder builder, Data.Hash tree) {
    return builder
        .header(HttpHeaders.CONTENT_TYPE, Format.JSON.mediaType())
        .entity(Format.JSON.write("", tree));
  }

  private Response build(ResponseBuilder builder) {
    return builder
        .header(RequestId.HEADER, id)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}
