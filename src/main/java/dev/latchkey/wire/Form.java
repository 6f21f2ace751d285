package dev.latchkey.wire;

import dev.latchkey.api.Argument;
import dev.latchkey.api.WhmFailure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * {@code application/x-www-form-urlencoded}, strictly: an invalid escape and bytes that are not UTF-8 are refused,
 * where the JDK's decoder would put a replacement character into a token's name.
 */
final class Form {
  private Form() {}

  /** @param where what is read, as a reason calls it: "the query" */
  static void read(String form, String where, Consumer<Argument> into) {
    for (var pair : form.split("&")) {
      if (pair.isEmpty()) {
        continue;
      }
      var equals = pair.indexOf('=');
      var name = decode(equals < 0 ? pair : pair.substring(0, equals), where);
      into.accept(new Argument(name, equals < 0 ? "" : decode(pair.substring(equals + 1), name)));
    }
  }

  static String decode(String encoded, String where) {
    if (encoded.indexOf('%') < 0) {
      return encoded.replace('+', ' ');
    }
    var bytes = new ByteArrayOutputStream(encoded.length());
    for (var i = 0; i < encoded.length(); ) {
      if (encoded.charAt(i) == '%') {
        bytes.write(hex(encoded, i, where));
        i += 3;
      } else {
        var end = encoded.indexOf('%', i);
        var plain = encoded.substring(i, end < 0 ? encoded.length() : end);
        bytes.writeBytes(plain.replace('+', ' ').getBytes(StandardCharsets.UTF_8));
        i += plain.length();
      }
    }
    return utf8(bytes.toByteArray(), where);
  }

  static String utf8(byte[] bytes, String where) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw WhmFailure.parameter(where, "its bytes are not UTF-8.");
    }
  }

  private static int hex(String encoded, int at, String where) {
    var high = digit(encoded, at + 1);
    var low = digit(encoded, at + 2);
    if (high < 0 || low < 0) {
      throw WhmFailure.parameter(
          where, "“%” is not followed by two hexadecimal digits; send a plain % as %25.");
    }
    return high * 16 + low;
  }

  /** HexFormat takes the digits of ASCII alone; those of other scripts are digits to Character. */
  private static int digit(String text, int at) {
    return at < text.length() && HexFormat.isHexDigit(text.charAt(at))
        ? HexFormat.fromHexDigit(text.charAt(at))
        : -1;
  }
}
