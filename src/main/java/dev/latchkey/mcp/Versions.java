package dev.latchkey.mcp;

import dev.latchkey.data.Data;
import dev.latchkey.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Which versions of MCP are spoken, and how a request says which: since {@value #MODERN} each says it by itself, in its
 * {@code _meta} and in headers that have to agree with the body; before, {@code initialize} agreed on one.
 */
public final class Versions {
  static final String MODERN = "2026-07-28";

  /** With {@code initialize}, the newest first. Earlier ones than these demand batches. */
  static final List<String> LEGACY = List.of("2025-11-25", "2025-06-18");

  static final List<String> ALL = List.of(MODERN, LEGACY.get(0), LEGACY.get(1));

  static final String CALL = "tools/call";

  private static final String HEADER = "MCP-Protocol-Version";
  private static final String META = "io.modelcontextprotocol/protocolVersion";
  private static final String CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";

  /** How a header has what it could not hold as it is. */
  private static final Pattern ENCODED = Pattern.compile("=\\?base64\\?(.*)\\?=");

  private Versions() {}

  public static boolean isModern(Message message, Function<String, Optional<String>> headers) {
    return headers.apply(HEADER).filter(MODERN::equals).isPresent()
        || meta(message).filter(MODERN::equals).isPresent();
  }

  /** What is wrong with what a request says of its version, if anything is. */
  public static Optional<McpError> refusal(
      Message message, Function<String, Optional<String>> headers) {
    var header = headers.apply(HEADER);
    var unknown = header
        .filter(version -> !ALL.contains(version))
        .or(() -> meta(message).filter(version -> !ALL.contains(version)));
    if (unknown.isPresent()) {
      return Optional.of(unsupported(unknown.get()));
    }
    return isModern(message, headers) && !message.isNotification()
        ? ofModern(message, header, headers)
        : Optional.empty();
  }

  /** The version that {@code initialize} agrees on. */
  static String agreed(Message initialize) {
    return initialize.text("protocolVersion").filter(LEGACY::contains).orElse(LEGACY.get(0));
  }

  private static Optional<McpError> ofModern(
      Message message, Optional<String> header, Function<String, Optional<String>> headers) {
    if (meta(message).isEmpty() || message.hash("_meta").get(CAPABILITIES).isEmpty()) {
      return Optional.of(
          McpError.invalidMeta("params._meta requires “" + META + "” and “" + CAPABILITIES + "”."));
    }
    return mismatch(HEADER, header, meta(message))
        .or(() ->
            mismatch("Mcp-Method", headers.apply("Mcp-Method"), Optional.of(message.method())))
        .or(() -> message.method().equals(CALL)
            ? mismatch(
                "Mcp-Name", headers.apply("Mcp-Name").map(Versions::decoded), message.text("name"))
            : Optional.empty());
  }

  private static Optional<McpError> mismatch(
      String name, Optional<String> header, Optional<String> body) {
    return header.equals(body)
        ? Optional.empty()
        : Optional.of(McpError.headerMismatch("The header " + name + " is "
            + header.map(value -> "“" + Quoted.of(value) + "”").orElse("missing")
            + ", and the body says "
            + body.map(value -> "“" + Quoted.of(value) + "”").orElse("nothing") + "."));
  }

  private static String decoded(String header) {
    var encoded = ENCODED.matcher(header);
    if (!encoded.matches()) {
      return header;
    }
    try {
      return new String(Base64.getDecoder().decode(encoded.group(1)), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return header;
    }
  }

  private static McpError unsupported(String requested) {
    return McpError.unsupportedVersion(
        "Version “" + Quoted.of(requested) + "” of MCP is not supported.",
        Data.hash().with("supported", Data.texts(ALL)).with("requested", Quoted.of(requested)));
  }

  private static Optional<String> meta(Message message) {
    return Message.text(message.hash("_meta"), META);
  }
}
