package dev.latchkey.local.ssm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.latchkey.local.LocalKey;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** SSM's protocol, JSON 1.1: the operation in a header, one object in, one object out. */
final class Wire implements HttpHandler {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "AmazonSSM.";

  /** Twice what the largest document with parameters can be. */
  private static final int LARGEST = 128 * 1024;

  private final LocalKey key;
  private final SendCommand sendCommand;
  private final SentCommands runCommand;
  private final NodeTags tags;
  private final DescribeInstanceInformation nodes;
  private final Faults faults;
  private final CountDownLatch closed = new CountDownLatch(1);

  Wire(
      LocalKey key,
      SendCommand sendCommand,
      SentCommands runCommand,
      NodeTags tags,
      DescribeInstanceInformation nodes,
      Faults faults) {
    this.key = key;
    this.tags = tags;
    this.nodes = nodes;
    this.sendCommand = sendCommand;
    this.runCommand = runCommand;
    this.faults = faults;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var answer = answer(exchange);
      if (answer.isPresent()) {
        byte[] body = JSON.writeValueAsBytes(answer.get().body);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(answer.get().status, body.length);
        exchange.getResponseBody().write(body);
      }
      // Closed without a word, the connection ends.
    }
  }

  /** Lets go of the clients that wait for nothing. */
  void close() {
    closed.countDown();
  }

  private Optional<Answer> answer(HttpExchange exchange) throws IOException {
    try {
      byte[] body = exchange.getRequestBody().readNBytes(LARGEST + 1);
      requireOurKey(exchange);
      if (body.length > LARGEST) {
        throw SsmError.invalid("The request is too large.");
      }
      return answer(operation(exchange), JSON.readTree(body));
    } catch (SsmError e) {
      return Optional.of(new Answer(e.httpStatus(), error(e.type(), e.getMessage())));
    } catch (JsonProcessingException e) {
      return Optional.of(new Answer(400, error("SerializationException", "")));
    } catch (RuntimeException e) {
      return Optional.of(new Answer(500, error("InternalServerError", e.toString())));
    }
  }

  private Optional<Answer> answer(String operation, JsonNode request) {
    return switch (operation) {
      case "SendCommand" -> send(request);
      case "GetCommandInvocation" -> ok(runCommand.getCommandInvocation(request));
      case "ListCommandInvocations" -> ok(runCommand.listCommandInvocations(request));
      case "CancelCommand" -> ok(runCommand.cancelCommand(request));
      case "DescribeInstanceInformation" -> ok(nodes.run(request));
      case "AddTagsToResource" -> ok(tags.add(request));
      case "RemoveTagsFromResource" -> ok(tags.remove(request));
      case "ListTagsForResource" -> ok(tags.list(request));
      default -> throw new SsmError("UnknownOperationException", operation);
    };
  }

  private Optional<Answer> send(JsonNode request) {
    var chosen = faults.take(request);
    var answer = ok(sendCommand.run(request, chosen));
    if (chosen.has(PlannedFault.ReplyHangs.class)) {
      hang();
    }
    return chosen.has(PlannedFault.ReplyHangs.class) || chosen.has(PlannedFault.ReplyLost.class)
        ? Optional.empty()
        : answer;
  }

  private void hang() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String operation(HttpExchange exchange) {
    var target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    if (target == null || !target.startsWith(PREFIX)) {
      throw new SsmError("UnknownOperationException", "");
    }
    return target.substring(PREFIX.length());
  }

  private void requireOurKey(HttpExchange exchange) {
    if (!key.isIn(exchange)) {
      throw new SsmError(
          "UnrecognizedClientException", "The security token included in the request is invalid.");
    }
  }

  private static Optional<Answer> ok(ObjectNode body) {
    return Optional.of(new Answer(200, body));
  }

  private static ObjectNode error(String type, String message) {
    return JsonNodeFactory.instance.objectNode().put("__type", type).put("message", message);
  }

  private record Answer(int status, ObjectNode body) {}
}
