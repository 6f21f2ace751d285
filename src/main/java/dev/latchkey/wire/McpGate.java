package dev.latchkey.wire;

import dev.latchkey.data.Json;
import dev.latchkey.mcp.McpError;
import dev.latchkey.mcp.Message;
import dev.latchkey.settings.Settings;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.Optional;

/** What does not come as far as the MCP door, whoever sends it: other methods, and pages of other sites. */
@Singleton
public class McpGate {
  private static final int NOT_ALLOWED = 405;
  private static final int FOREIGN = 403;

  private final Served served;
  private final boolean open;
  private final String hostname;
  private final Optional<String> domain;

  @Inject
  McpGate(Served served, Settings settings) {
    this.served = served;
    this.open = settings.mcp();
    this.hostname = settings.hostname();
    this.domain = settings.serversDomain();
  }

  /** Whether the door is here: it is opened by a setting, and where batches are done, which may do what any function may. */
  boolean isAt(String path) {
    return open && path.equals(McpPage.AT) && served.includes("batch");
  }

  Optional<Response> refusal(HttpServerRequest http) {
    if (!http.method().equals(HttpMethod.POST)) {
      return Optional.of(refusal(
          Response.status(NOT_ALLOWED).header(HttpHeaders.ALLOW, "POST"),
          McpError.ofServer(
              NOT_ALLOWED,
              NOT_ALLOWED,
              "Send each message by POST; there is no stream to listen to.")));
    }
    if (Origin.isForeign(http, this::isOurs)) {
      return Optional.of(refusal(
          Response.status(FOREIGN),
          McpError.ofServer(FOREIGN, FOREIGN, "Pages of another origin may not call this.")));
    }
    return Optional.empty();
  }

  private boolean isOurs(String host) {
    var name = host.toLowerCase(Locale.ROOT);
    return name.equals(hostname.toLowerCase(Locale.ROOT))
        || domain
            .filter(under -> name.endsWith("." + under.toLowerCase(Locale.ROOT)))
            .isPresent();
  }

  private static Response refusal(Response.ResponseBuilder builder, McpError why) {
    return builder
        .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON)
        .entity(Json.write(Message.unread(why)))
        .build();
  }
}
