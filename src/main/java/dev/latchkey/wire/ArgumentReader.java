package dev.latchkey.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Json;
import dev.latchkey.text.Quoted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads a call's arguments: the query, then the body. A body is a form whatever its type is called (cPanel::PublicAPI
 * says {@code application/octet-stream}), except a JSON object under {@code application/json} (@cpanel/api).
 */
final class ArgumentReader {
  static final int MAX_BODY = 64 * 1024;
  static final int MAX_ARGUMENTS = 500;

  private final List<Argument> arguments = new ArrayList<>();

  private ArgumentReader() {}

  /** @throws WhmFailure naming what cannot be read, and what would be right */
  static Arguments read(Optional<String> rawQuery, Optional<String> contentType, byte[] body) {
    var reader = new ArgumentReader();
    rawQuery.ifPresent(query -> Form.read(query, "the query", reader::add));
    var inUrl = reader.arguments.size();
    if (body.length > MAX_BODY) {
      throw WhmFailure.refused(
          "The body has " + body.length + " bytes; at most " + MAX_BODY + " are read.");
    }
    var type = contentType.map(ArgumentReader::mediaType).orElse("");
    if (body.length > 0) {
      switch (type) {
        case "application/json" -> reader.json(body);
        case "multipart/form-data" ->
          throw WhmFailure.refused(
              "A body of type multipart/form-data is not read; send application/x-www-form-urlencoded.");
        default -> reader.form(Form.utf8(body, "the body"));
      }
    }
    return new Arguments(reader.arguments, inUrl);
  }

  private static String mediaType(String contentType) {
    var semicolon = contentType.indexOf(';');
    var type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.trim().toLowerCase(Locale.ROOT);
  }

  private void add(Argument argument) {
    if (arguments.size() == MAX_ARGUMENTS) {
      throw WhmFailure.refused("The call has more than " + MAX_ARGUMENTS + " arguments.");
    }
    arguments.add(argument);
  }

  /** JSON under a form's type, which is what curl sends unasked, would be one long name that nobody reads. */
  private void form(String body) {
    var start = body.stripLeading();
    if (start.startsWith("{") || start.startsWith("[")) {
      throw WhmFailure.refused(
          "The body looks like JSON; send it with the Content-Type application/json.");
    }
    Form.read(body, "the body", this::add);
  }

  private void json(byte[] body) {
    // Decoded first: Jackson would take other encodings than UTF-8 for granted.
    var text = Form.utf8(body, "the body");
    try (var parser = Json.FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw WhmFailure.refused("The body is application/json but not a JSON object.");
      }
      var names = new HashSet<String>();
      for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        if (!names.add(name)) {
          throw WhmFailure.parameter(
              Quoted.of(name), "is in the JSON body twice; give an array, such as [\"a\", \"b\"].");
        }
        values(name, parser);
      }
      if (parser.nextToken() != null) {
        throw WhmFailure.refused("The body has something after its JSON object.");
      }
    } catch (IOException e) {
      // Jackson's own message quotes the body, which may hold a secret.
      throw WhmFailure.refused(
          "The body is application/json but not valid JSON (" + place(e) + ").");
    }
  }

  /** {@code null} counts as not given, as clients write what they have no value for; an array without values is empty. */
  private void values(String name, JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NULL) {
        add(new Argument(name, scalar(name, parser)));
      }
      return;
    }
    var empty = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NULL) {
        add(new Argument(name, scalar(name, parser)));
        empty = false;
      }
    }
    if (empty) {
      add(new Argument(name, ""));
    }
  }

  private static String scalar(String name, JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getText();
      case VALUE_TRUE -> "1";
      case VALUE_FALSE -> "0";
      default ->
        throw WhmFailure.parameter(
            name, "a nested value is not read; send a string, a number or an array of these.");
    };
  }

  private static String place(IOException e) {
    return e instanceof JsonProcessingException json && json.getLocation() != null
        ? "line " + json.getLocation().getLineNr() + ", column "
            + json.getLocation().getColumnNr()
        : "it ends too early";
  }
}
