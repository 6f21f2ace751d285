package dev.latchkey.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Writes a tree as JSON text in UTF-8. */
final class Json {
  static final JsonFactory FACTORY = new JsonFactory();

  /**
   * cPanel::PublicAPI takes any answer that contains this word for the two-factor login page, so a token of that name
   * would stop it. The escape is the same text to a JSON parser.
   */
  private static final String LOGIN_FORM_MARK = "tfa_login_form";

  private static final String LOGIN_FORM_ESCAPED = "tfa_login\\u005fform";

  private Json() {}

  static byte[] write(Data tree) {
    var text = new StringWriter();
    try (var out = FACTORY.createGenerator(text)) {
      write(tree, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString()
        .replace(LOGIN_FORM_MARK, LOGIN_FORM_ESCAPED)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void write(Data tree, JsonGenerator out) throws IOException {
    if (tree instanceof Data.Text text) {
      out.writeString(text.value());
    } else if (tree instanceof Data.Number number) {
      out.writeNumber(number.value());
    } else if (tree instanceof Data.Sequence sequence) {
      out.writeStartArray();
      for (var item : sequence.items()) {
        write(item, out);
      }
      out.writeEndArray();
    } else if (tree instanceof Data.Hash hash) {
      out.writeStartObject();
      for (var entry : hash.entries().entrySet()) {
        out.writeFieldName(entry.getKey());
        write(entry.getValue(), out);
      }
      out.writeEndObject();
    } else {
      out.writeNull();
    }
  }
}
