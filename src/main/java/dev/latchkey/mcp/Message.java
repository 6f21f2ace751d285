package dev.latchkey.mcp;

import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One message of JSON-RPC 2.0 as MCP has it: a request, or a notification, which has no id and gets no answer.
 *
 * @param id a text or a whole number
 * @param error why it cannot be read; then the rest is what could be read of it
 */
public record Message(
    Optional<Data> id, String method, Data.Hash params, Optional<McpError> error) {
  /** As many bytes as any call may have. */
  public static final int MOST_BYTES = 64 * 1024;

  /** Arguments are values and lists of them; what clients say of themselves is nested a little deeper. */
  private static final int MOST_NESTED = 20;

  private static final String VERSION = "2.0";

  /** It never fails: what is wrong is {@link #error}. */
  public static Message read(byte[] body) {
    try {
      return of(tree(body));
    } catch (McpError error) {
      return broken(Optional.empty(), error);
    }
  }

  public boolean isNotification() {
    return id.isEmpty() && error.isEmpty();
  }

  /** A text of its parameters; empty where there is none, or something else. */
  public Optional<String> text(String name) {
    return text(params, name);
  }

  static Optional<String> text(Data.Hash of, String name) {
    return of.get(name)
        .filter(Data.Text.class::isInstance)
        .map(value -> ((Data.Text) value).value());
  }

  /** A hash of its parameters; an empty one where there is none, or something else. */
  public Data.Hash hash(String name) {
    return params
        .get(name)
        .filter(Data.Hash.class::isInstance)
        .map(Data.Hash.class::cast)
        .orElseGet(Data::hash);
  }

  /** The answer with this result. */
  public Data.Hash answered(Data.Hash result) {
    return Data.hash().with("jsonrpc", VERSION).with("id", id).with("result", result);
  }

  /** The answer with this error; one that answers nothing readable has no id. */
  public Data.Hash refused(McpError why) {
    return Data.hash().with("jsonrpc", VERSION).with("id", id).with("error", why.tree());
  }

  /** The same where nothing was read. */
  public static Data.Hash unread(McpError why) {
    return broken(Optional.empty(), why).refused(why);
  }

  private static Data.Hash tree(byte[] body) {
    if (body.length > MOST_BYTES) {
      throw McpError.invalidRequest(
          "The body has " + body.length + " bytes; at most " + MOST_BYTES + " are read.");
    }
    try {
      var text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      if (text.isBlank()) {
        throw McpError.notJson("The body is empty.");
      }
      if (text.stripLeading().startsWith("[")) {
        throw McpError.invalidRequest(
            "The body is an array; send each message by itself, as MCP has no batches.");
      }
      return Json.readStrictly(text, MOST_BYTES, MOST_NESTED);
    } catch (CharacterCodingException e) {
      throw McpError.notJson("The body is not UTF-8.");
    } catch (IllegalArgumentException e) {
      // Jackson's own message quotes the body, which may hold a secret.
      throw e.getCause() instanceof IOException
          ? McpError.notJson("The body is not one whole JSON object in which each name is once.")
          : McpError.invalidRequest("The body cannot be read: " + e.getMessage() + ".");
    }
  }

  private static Message of(Data.Hash tree) {
    var id = tree.get("id");
    if (id.filter(given -> !(given instanceof Data.Text || given instanceof Data.Number))
        .isPresent()) {
      return broken(
          Optional.empty(), McpError.invalidRequest("id must be a text or a whole number."));
    }
    if (text(tree, "jsonrpc").filter(VERSION::equals).isEmpty()) {
      return broken(id, McpError.invalidRequest("jsonrpc must be \"2.0\"."));
    }
    var method = text(tree, "method");
    if (method.isEmpty()) {
      return broken(
          id, McpError.invalidRequest("method is missing or is not a text; no answers are read."));
    }
    var params = tree.get("params").orElseGet(Data::hash);
    return params instanceof Data.Hash hash
        ? new Message(id, method.get(), hash, Optional.empty())
        : broken(id, McpError.invalidParams("params must be an object."));
  }

  private static Message broken(Optional<Data> id, McpError error) {
    return new Message(id, "", Data.hash(), Optional.of(error));
  }
}
