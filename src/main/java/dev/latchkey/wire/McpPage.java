package dev.latchkey.wire;

import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Functions;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.mcp.Conversation;
import dev.latchkey.mcp.McpError;
import dev.latchkey.mcp.Message;
import dev.latchkey.mcp.ToolArguments;
import dev.latchkey.mcp.Versions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The MCP door: the Model Context Protocol over HTTP, one message and one answer in JSON for each POST. A tool is a function
 * whose declaration says so, called like any other.
 */
@Singleton
@Path(McpPage.PATH)
public class McpPage {
  /** Where its resource is; no function's name has a dash. */
  static final String PATH = "mcp-door";

  /** Where clients find it. */
  public static final String AT = "/mcp";

  private final CallPipeline pipeline;
  private final Functions functions;

  @Inject
  McpPage(CallPipeline pipeline, Functions functions) {
    this.pipeline = pipeline;
    this.functions = functions;
  }

  @POST
  public Uni<Response> post(@Context HttpServerRequest http, byte[] body) {
    var message = Message.read(body);
    Function<String, Optional<String>> headers = name -> Optional.ofNullable(http.getHeader(name));
    var conversation = new Conversation(message, Versions.isModern(message, headers));
    var error = ofType(headers.apply("Content-Type"))
        .or(message::error)
        .or(() -> Versions.refusal(message, headers))
        .or(() -> conversation.refusal(functions));
    var tool = error.isPresent() ? Optional.<Declaration>empty() : conversation.tool(functions);
    if (tool.isEmpty()) {
      var door = new McpDoor(conversation, tool, error, Optional.empty());
      return pipeline.serve(
          new McpMessage(conversation, error, functions), http, door, read(List.of()));
    }
    var function = functions.find(tool.get().name()).orElseThrow();
    try {
      var given = ToolArguments.read(tool.get(), message.hash("arguments"));
      var door = new McpDoor(conversation, tool, error, given.confirm());
      return pipeline.serve(function, http, door, read(given.arguments().all()));
    } catch (WhmFailure failure) {
      var door = new McpDoor(conversation, tool, error, Optional.empty());
      var read = new ReadRequest(new Arguments(List.of()), ApiVersion.ONE, Optional.of(failure));
      return pipeline.serve(function, http, door, read);
    }
  }

  private static Optional<McpError> ofType(Optional<String> type) {
    return type.filter(named -> named.toLowerCase(Locale.ROOT).startsWith("application/json"))
            .isPresent()
        ? Optional.empty()
        : Optional.of(McpError.unreadType());
  }

  private static ReadRequest read(List<Argument> given) {
    var arguments = new ArrayList<>(given);
    arguments.add(new Argument(ApiVersion.PARAMETER, "1"));
    return new ReadRequest(new Arguments(arguments), ApiVersion.ONE, Optional.empty());
  }
}
