package dev.latchkey.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads {@code key=value}. As {@code latchkey} values are literal, {@code key=@FILE} and {@code key=@-} read them and
 * {@code key:=JSON} is JSON; as {@code whmapi1} they are URI-encoded, as WHM's documentation demands.
 */
final class WrittenReader {
  /** The server reads no longer body. */
  private static final int MOST_BYTES = 64 * 1024;

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]*(?:\\[[0-9]*])?");

  private final Workplace place;
  private boolean hasReadInput;

  private WrittenReader(Workplace place) {
    this.place = place;
  }

  static List<Written> read(List<String> words, Workplace place) {
    var reader = new WrittenReader(place);
    var all = new ArrayList<Written>();
    words.forEach(word -> all.add(reader.one(word)));
    return List.copyOf(all);
  }

  private Written one(String word) {
    var equals = word.indexOf('=');
    if (equals < 1) {
      // The word may be a secret in the wrong place.
      throw CliProblem.usage("An argument is not written NAME=VALUE"
          + (word.matches("[a-z0-9_.-]{1,40}") ? ": “" + word + "”." : "."));
    }
    var value = word.substring(equals + 1);
    if (place.isWhmapi1()) {
      return new Written(
          decoded(word.substring(0, equals), "a name"),
          decoded(value, word.substring(0, equals)),
          false);
    }
    var json = word.charAt(equals - 1) == ':';
    var name = word.substring(0, json ? equals - 1 : equals);
    if (!NAME.matcher(name).matches()) {
      throw CliProblem.usage("“" + Visible.line(name) + "” is not a valid name of a parameter.");
    }
    if (json) {
      return new Written(name, json(name, value), true);
    }
    return new Written(
        name, value.startsWith("@") ? content(name, value.substring(1)) : value, false);
  }

  private static String json(String name, String value) {
    var read = NodeReader.read(value.getBytes(StandardCharsets.UTF_8))
        .orElseThrow(() ->
            CliProblem.usage(name + ": what follows := is not valid JSON; a text stands in quotes: "
                + name + ":='\"text\"'."));
    return JsonText.compact(read);
  }

  /** Without the line break at its end, which an editor puts there. */
  private String content(String name, String file) {
    if (file.isEmpty()) {
      throw CliProblem.usage(
          name + ": after “@” comes the name of a file, or - for the standard input; “@” itself is "
              + name + ":='\"@\"'.");
    }
    var text = utf8(name, file.equals("-") ? input(name) : bytes(name, Path.of(file)));
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private byte[] input(String name) {
    if (hasReadInput) {
      throw CliProblem.usage(name + ": the standard input was read for another parameter already.");
    }
    hasReadInput = true;
    try {
      return bounded(name, place.in().readNBytes(MOST_BYTES + 1));
    } catch (IOException e) {
      throw CliProblem.usage(name + ": the standard input cannot be read.");
    }
  }

  private static byte[] bytes(String name, Path file) {
    try {
      return bounded(name, PrivateFile.bytes(file, MOST_BYTES + 1));
    } catch (IOException e) {
      throw CliProblem.usage(name + ": the file " + Visible.line(file.toString())
          + " cannot be read: " + PrivateFile.why(e) + ".");
    }
  }

  private static byte[] bounded(String name, byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      throw CliProblem.usage(
          name + ": the value is longer than " + MOST_BYTES + " bytes, which no call may be.");
    }
    return bytes;
  }

  /** WHM's URI-encoding; a plus is a plus, as a shell's word is not a form. */
  private static String decoded(String encoded, String where) {
    if (encoded.indexOf('%') < 0) {
      return encoded;
    }
    var from = encoded.getBytes(StandardCharsets.UTF_8);
    var bytes = new ByteArrayOutputStream(from.length);
    for (var i = 0; i < from.length; i++) {
      if (from[i] != '%') {
        bytes.write(from[i]);
      } else if (i + 2 < from.length
          && HexFormat.isHexDigit(from[i + 1])
          && HexFormat.isHexDigit(from[i + 2])) {
        bytes.write(HexFormat.fromHexDigit(from[i + 1]) * 16 + HexFormat.fromHexDigit(from[i + 2]));
        i += 2;
      } else {
        throw CliProblem.usage(
            Visible.line(where)
                + ": “%” is not followed by two hexadecimal digits; as whmapi1, values are URI-encoded and a plain % is %25.");
      }
    }
    return utf8(where, bytes.toByteArray());
  }

  private static String utf8(String where, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw CliProblem.usage(Visible.line(where) + ": the bytes of the value are not UTF-8.");
    }
  }
}
