package dev.latchkey.mcp;

import dev.latchkey.data.Data;
import java.io.Serial;

/** Why a message cannot be answered, as JSON-RPC 2.0 and MCP number it; what a function refuses is no such error. */
public final class McpError extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int UNREAD_TYPE = 415;

  private final int code;
  private final int status;
  private final transient Data.Hash data;

  private McpError(int code, int status, String sentence, Data.Hash data) {
    super(sentence, null, false, false);
    this.code = code;
    this.status = status;
    this.data = data;
  }

  static McpError notJson(String sentence) {
    return new McpError(-32700, BAD_REQUEST, sentence, Data.hash());
  }

  static McpError invalidRequest(String sentence) {
    return new McpError(-32600, BAD_REQUEST, sentence, Data.hash());
  }

  public static McpError unreadType() {
    return new McpError(
        -32600,
        UNREAD_TYPE,
        "Send the message with the Content-Type application/json.",
        Data.hash());
  }

  static McpError invalidParams(String sentence) {
    return new McpError(-32602, OK, sentence, Data.hash());
  }

  /** Of what every request must say beside its own parameters. */
  static McpError invalidMeta(String sentence) {
    return new McpError(-32602, BAD_REQUEST, sentence, Data.hash());
  }

  /** @param modern in whose HTTP the resource does not exist; earlier clients read the error of an answer alone */
  static McpError unknownMethod(String sentence, boolean modern) {
    return new McpError(-32601, modern ? NOT_FOUND : OK, sentence, Data.hash());
  }

  static McpError headerMismatch(String sentence) {
    return new McpError(-32020, BAD_REQUEST, sentence, Data.hash());
  }

  static McpError unsupportedVersion(String sentence, Data.Hash data) {
    return new McpError(-32022, BAD_REQUEST, sentence, data);
  }

  /** Of a kind that the protocol has no number for; numbers outside of JSON-RPC's own range are the server's to choose. */
  public static McpError ofServer(int code, int status, String sentence) {
    return new McpError(code, status, sentence, Data.hash());
  }

  /** A fault of ours. */
  public static McpError internal(int status, String sentence) {
    return new McpError(-32603, status, sentence, Data.hash());
  }

  /** The status of HTTP. */
  public int status() {
    return status;
  }

  Data.Hash tree() {
    var error = Data.hash().with("code", code).with("message", getMessage());
    return data.entries().isEmpty() ? error : error.with("data", data);
  }
}
