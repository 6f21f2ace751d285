package dev.latchkey.sam;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A body as API Gateway's HTTP API hands it on: text where its type says so, base64 otherwise. The type of HTML forms is
 * not among those that say so.
 */
record EventBody(Optional<String> content, boolean base64) {
  private static final Pattern TEXT =
      Pattern.compile("text/.*|application/(json|javascript|xml|[^;]+\\+(json|xml))");

  static EventBody of(HttpCall call) {
    if (call.body().length == 0) {
      return new EventBody(Optional.empty(), false);
    }
    var type = call.header("content-type").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    var text = TEXT.matcher(type).matches() ? text(call.body()) : Optional.<String>empty();
    return text.isPresent()
        ? new EventBody(text, false)
        : new EventBody(Optional.of(Base64.getEncoder().encodeToString(call.body())), true);
  }

  void addTo(ObjectNode event) {
    content.ifPresent(text -> event.put("body", text));
    event.put("isBase64Encoded", base64);
  }

  private static Optional<String> text(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
