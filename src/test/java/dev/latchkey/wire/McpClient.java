package dev.latchkey.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.testing.WhmClient;
import io.restassured.http.ContentType;
import io.restassured.response.Response;

/** Speaks MCP of 2025-11-25 to the door, as an agent's client would. */
record McpClient(WhmClient client) {
  static ObjectNode message(String method, ObjectNode params) {
    var message = JsonNodeFactory.instance.objectNode();
    message.put("jsonrpc", "2.0").put("id", 1).put("method", method).set("params", params);
    return message;
  }

  static ObjectNode object(String... members) {
    var object = JsonNodeFactory.instance.objectNode();
    for (var i = 0; i < members.length; i += 2) {
      object.put(members[i], members[i + 1]);
    }
    return object;
  }

  Response send(String body) {
    return client
        .raw()
        .contentType(ContentType.JSON)
        .header("Accept", "application/json, text/event-stream")
        .header("MCP-Protocol-Version", "2025-11-25")
        .body(body)
        .post("/mcp");
  }

  JsonNode ask(String method, ObjectNode params) {
    return WhmClient.json(send(message(method, params).toString()));
  }

  /** The result of a tool; arguments alternate with their values. */
  JsonNode call(String tool, String... arguments) {
    var params = object("name", tool);
    params.set("arguments", object(arguments));
    var answer = ask("tools/call", params);
    if (!answer.has("result")) {
      throw new AssertionError(answer);
    }
    return answer.path("result");
  }
}
