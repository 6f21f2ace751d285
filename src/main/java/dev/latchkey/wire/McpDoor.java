package dev.latchkey.wire;

import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.mcp.Confirmation;
import dev.latchkey.mcp.Conversation;
import dev.latchkey.mcp.McpError;
import dev.latchkey.mcp.Message;
import dev.latchkey.mcp.ToolResult;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.util.Optional;

/** One message through the MCP door, and the forms of its answer. */
final class McpDoor implements Door {
  /** Whoever is not known is asked for what every call shows; there is no server that gives tokens to clients. */
  private static final String CHALLENGE = "whm realm=\"Latchkey\"";

  private static final int UNAUTHORIZED = 401;
  private static final int REFUSED = 1;

  private final Conversation conversation;
  private final Optional<Declaration> tool;
  private final Optional<McpError> error;
  private final Optional<String> confirm;
  private volatile Optional<Confirmation> given = Optional.empty();

  /**
   * @param tool which the message calls, if it calls one
   * @param error why the message cannot be answered, if it cannot
   * @param confirm the code that a dry run gave
   */
  McpDoor(
      Conversation conversation,
      Optional<Declaration> tool,
      Optional<McpError> error,
      Optional<String> confirm) {
    this.conversation = conversation;
    this.tool = tool;
    this.error = error;
    this.confirm = confirm;
  }

  @Override
  public String name() {
    return "MCP";
  }

  /** The code is the key as well: a second call that is sent again does nothing twice. */
  @Override
  public Optional<String> key(Call call) {
    if (!call.function().isChanging()) {
      return Optional.empty();
    }
    if (confirm.isEmpty()) {
      given = Optional.of(Confirmation.of(call));
    } else {
      Confirmation.check(call, confirm.get());
    }
    return confirm;
  }

  @Override
  public Response answer(Envelope envelope, String id) {
    if (error.isPresent()) {
      return refused(error.get(), id);
    }
    if (conversation.message().isNotification()) {
      return headed(Response.accepted(), id).build();
    }
    if (tool.isPresent()) {
      var result = new ToolResult(
          tool.get().name(),
          envelope.result(),
          id,
          given.filter(code -> envelope.succeeded()),
          Data.hash()
              .with("reason", envelope.reason())
              .with("metadata", envelope.more())
              .with("data", envelope.data()));
      return answered(conversation.inForm(result.tree()), id);
    }
    return envelope.succeeded()
        ? answered(envelope.data().orElseThrow(), id)
        : refused(
            McpError.ofServer(REFUSED, Response.Status.OK.getStatusCode(), envelope.reason()), id);
  }

  @Override
  public Response denied(HttpServerRequest http, String id) {
    Closing.afterAnswer(http);
    var why = McpError.ofServer(
        UNAUTHORIZED,
        UNAUTHORIZED,
        "Access denied. Send the header Authorization: whm USER:TOKEN, of a token that may call from here.");
    return json(
        Response.status(UNAUTHORIZED).header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE),
        id,
        Message.unread(why));
  }

  @Override
  public Response failed(int status, String sentence, String id) {
    return refused(McpError.internal(status, sentence), id);
  }

  private Response answered(Data.Hash result, String id) {
    return json(Response.ok(), id, conversation.message().answered(result));
  }

  private Response refused(McpError why, String id) {
    return json(Response.status(why.status()), id, conversation.message().refused(why));
  }

  private static Response json(ResponseBuilder builder, String id, Data.Hash tree) {
    return headed(builder, id)
        .header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON)
        .entity(Json.write(tree))
        .build();
  }

  private static ResponseBuilder headed(ResponseBuilder builder, String id) {
    return builder.header(HttpHeaders.CACHE_CONTROL, "no-store").header(RequestId.HEADER, id);
  }
}
