package dev.latchkey.wire;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Functions;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.mcp.Conversation;
import dev.latchkey.mcp.McpError;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** A message of the MCP door that calls no tool: admitted, counted and logged like a call. */
final class McpMessage extends WhmFunction {
  private final Conversation conversation;
  private final Optional<McpError> error;
  private final Functions functions;

  /** @param error why it cannot be answered, if it cannot */
  McpMessage(Conversation conversation, Optional<McpError> error, Functions functions) {
    super(Functions.MCP);
    this.conversation = conversation;
    this.error = error;
    this.functions = functions;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    error.ifPresent(why -> {
      throw WhmFailure.verbatim(why.getMessage());
    });
    return Uni.createFrom().item(Answer.of(conversation.answer(functions, call.caller())));
  }
}
