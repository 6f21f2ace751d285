package dev.latchkey.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;

/** JSON, token by token. */
final class NodeReader {
  private static final int MOST_NESTED = 100;
  private static final int MOST_DIGITS = 1_000;

  private static final JsonFactory FACTORY = JsonFactory.builder()
      // Which of two results counts?
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(MOST_NESTED)
          .maxStringLength(ReplyReader.MOST_BODY)
          .maxNumberLength(MOST_DIGITS)
          .build())
      .build();

  private NodeReader() {}

  /** Empty for what is not JSON, is nested too deeply, or names something twice. */
  static Optional<Node> read(byte[] json) {
    try {
      return whole(json);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Node> whole(byte[] json) throws IOException {
    try (var parser = FACTORY.createParser(json)) {
      if (parser.nextToken() == null) {
        return Optional.empty();
      }
      var root = node(parser);
      return parser.nextToken() == null ? Optional.of(root) : Optional.empty();
    }
  }

  /** What is wrong with something that looks like JSON; empty for everything else. */
  static Optional<String> fault(byte[] json) {
    try {
      whole(json);
      return Optional.empty();
    } catch (StreamConstraintsException e) {
      return Optional.of("it is nested more than " + MOST_NESTED
          + " deep, or has a number of more than " + MOST_DIGITS + " digits");
    } catch (CharConversionException e) {
      return Optional.of("its bytes are not UTF-8");
    } catch (IOException e) {
      var message = String.valueOf(e.getMessage());
      if (message.startsWith("Duplicate")) {
        return Optional.of("it names something twice in one place");
      }
      return message.startsWith("Invalid UTF-8")
          ? Optional.of("its bytes are not UTF-8")
          : Optional.empty();
    }
  }

  /** For who reads a document of ours piece by piece. */
  static JsonParser parser(byte[] json) throws IOException {
    return FACTORY.createParser(json);
  }

  /** The value that the parser stands on. */
  static Node node(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        var members = new LinkedHashMap<String, Node>();
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
          parser.nextToken();
          members.put(name, node(parser));
        }
        yield new Node.Members(members);
      }
      case START_ARRAY -> {
        var items = new ArrayList<Node>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(node(parser));
        }
        yield new Node.Items(items);
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Node.Number(parser.getText());
      case VALUE_TRUE -> new Node.Truth(true);
      case VALUE_FALSE -> new Node.Truth(false);
      case VALUE_NULL -> new Node.Nothing();
      default -> new Node.Text(parser.getText());
    };
  }
}
