package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The operations that look at what was sent, and that take it back. */
final class SentCommands {
  private static final int PAGE = 50;

  private final History history;

  SentCommands(History history) {
    this.history = history;
  }

  ObjectNode getCommandInvocation(JsonNode request) {
    var invocation = history.of(request.path("CommandId").asText()).stream()
        .flatMap(List::stream)
        .filter(one -> one.node().id().equals(request.path("InstanceId").asText()))
        .filter(CommandOnNode::isSeen)
        .findFirst()
        .orElseThrow(() -> new SsmError("InvocationDoesNotExist", ""));
    var step = invocation.command().document().step();
    if (!request.path("PluginName").asText(step).equals(step)) {
      throw new SsmError("InvalidPluginName", "");
    }
    return SsmAnswers.invocation(invocation);
  }

  ObjectNode listCommandInvocations(JsonNode request) {
    if (!request.path("Filters").isEmpty()) {
      throw new SsmError("InvalidFilterKey", "No filters are known here.");
    }
    var found = new ArrayList<CommandOnNode>(history.all());
    wanted(request, "CommandId")
        .ifPresent(id -> found.removeIf(one -> !one.command().id().equals(id)));
    wanted(request, "InstanceId")
        .ifPresent(id -> found.removeIf(one -> !one.node().id().equals(id)));
    found.removeIf(one -> !one.isSeen());
    var from = from(request, found.size());
    var to = Math.min(found.size(), from + size(request));
    var answer = JsonNodeFactory.instance.objectNode();
    var page = answer.putArray("CommandInvocations");
    var details = request.path("Details").asBoolean();
    found.subList(from, to).forEach(one -> page.add(SsmAnswers.listed(one, details)));
    if (to < found.size()) {
      answer.put("NextToken", Integer.toString(to));
    }
    return answer;
  }

  ObjectNode cancelCommand(JsonNode request) {
    var invocations = history
        .of(request.path("CommandId").asText())
        .orElseThrow(() -> new SsmError("InvalidCommandId", ""));
    var nodes = new ArrayList<String>();
    request.path("InstanceIds").forEach(id -> nodes.add(id.asText()));
    for (var node : nodes) {
      if (invocations.stream().noneMatch(one -> one.node().id().equals(node))) {
        throw new SsmError("InvalidInstanceId", node);
      }
    }
    invocations.stream()
        .filter(one -> nodes.isEmpty() || nodes.contains(one.node().id()))
        .forEach(CommandOnNode::cancel);
    return JsonNodeFactory.instance.objectNode();
  }

  private static Optional<String> wanted(JsonNode request, String key) {
    return Optional.ofNullable(request.get(key)).map(JsonNode::asText);
  }

  private static int size(JsonNode request) {
    var size = request.path("MaxResults").asInt(PAGE);
    if (size < 1 || size > PAGE) {
      throw SsmError.invalid("'maxResults' must be from 1 to " + PAGE);
    }
    return size;
  }

  private static int from(JsonNode request, int end) {
    var token = request.path("NextToken").asText("0");
    if (!token.matches("[0-9]{1,9}") || Integer.parseInt(token) > end) {
      throw new SsmError("InvalidNextToken", "The specified token is not valid.");
    }
    return Integer.parseInt(token);
  }
}
