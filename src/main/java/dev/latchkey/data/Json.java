package dev.latchkey.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/** A tree as JSON text in UTF-8. */
public final class Json {
  public static final JsonFactory FACTORY = new JsonFactory();

  /**
   * cPanel::PublicAPI takes any answer that contains this word for the two-factor login page, so a token of that name
   * would stop it. The escape is the same text to a JSON parser.
   */
  private static final String LOGIN_FORM_MARK = "tfa_login_form";

  private static final String LOGIN_FORM_ESCAPED = "tfa_login\\u005fform";

  private Json() {}

  /**
   * Reads one JSON object that somebody else wrote: true and false become 1 and 0, and fractions are refused.
   *
   * @param mostNested how deep objects and arrays may lie in each other
   * @throws IllegalArgumentException that says what is wrong, never what it read
   */
  public static Data.Hash read(String text, int mostCharacters, int mostNested) {
    return read(text, mostCharacters, mostNested, false);
  }

  /** The same, where true and false stay what they are, and a name that an object has twice is refused, too. */
  public static Data.Hash readStrictly(String text, int mostCharacters, int mostNested) {
    return read(text, mostCharacters, mostNested, true);
  }

  private static Data.Hash read(String text, int mostCharacters, int mostNested, boolean strictly) {
    if (text.length() > mostCharacters) {
      throw new IllegalArgumentException("longer than " + mostCharacters + " characters");
    }
    try (var in = FACTORY.createParser(text)) {
      in.configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, strictly);
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("no JSON object");
      }
      var tree = (Data.Hash) read(in, mostNested, strictly);
      if (in.nextToken() != null) {
        throw new IllegalArgumentException("more than one JSON object");
      }
      return tree;
    } catch (IOException e) {
      throw new IllegalArgumentException("no whole JSON object", e);
    }
  }

  private static Data read(JsonParser in, int mostNested, boolean strictly) throws IOException {
    if (mostNested == 0) {
      throw new IllegalArgumentException("nested too deep");
    }
    return switch (in.currentToken()) {
      case START_OBJECT -> {
        var entries = new LinkedHashMap<String, Data>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
          var name = in.currentName();
          in.nextToken();
          entries.put(name, read(in, mostNested - 1, strictly));
        }
        yield new Data.Hash(entries);
      }
      case START_ARRAY -> {
        var items = new ArrayList<Data>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
          items.add(read(in, mostNested - 1, strictly));
        }
        yield new Data.Sequence(items);
      }
      case VALUE_STRING -> Data.text(in.getText());
      case VALUE_NUMBER_INT -> Data.number(whole(in));
      case VALUE_TRUE, VALUE_FALSE ->
        strictly ? new Data.Truth(in.getBooleanValue()) : Data.flag(in.getBooleanValue());
      case VALUE_NULL -> Data.NULL;
      default -> throw new IllegalArgumentException("a number with a fraction");
    };
  }

  private static long whole(JsonParser in) throws IOException {
    if (in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw new IllegalArgumentException("a number of more than 64 bits");
    }
    return in.getLongValue();
  }

  public static byte[] write(Data tree) {
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
    } else if (tree instanceof Data.Truth truth) {
      out.writeBoolean(truth.value());
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
