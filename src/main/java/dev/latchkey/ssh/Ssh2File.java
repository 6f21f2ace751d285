package dev.latchkey.ssh;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;

/** A public key as RFC 4716 has it: lines BEGIN and END, headers, then the key in Base64. */
record Ssh2File(String type, String base64, String comment) {
  private static final String BEGIN = "---- BEGIN SSH2 PUBLIC KEY ----";
  private static final String END = "---- END SSH2 PUBLIC KEY ----";
  private static final String COMMENT = "comment:";
  private static final String CONTINUED = "\\";
  private static final int MOST_CHARACTERS = 16_384;
  private static final int LONGEST_TYPE = 64;

  static boolean isIn(String text) {
    return text.stripLeading().startsWith(BEGIN);
  }

  /** @throws IllegalArgumentException that says what is wrong with it */
  static Ssh2File parse(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("has more than " + MOST_CHARACTERS + " characters.");
    }
    var lines = new ArrayList<>(text.strip().lines().map(String::strip).toList());
    if (!lines.get(0).equals(BEGIN) || !lines.contains(END)) {
      throw new IllegalArgumentException(
          "is cut off, or has lost its line breaks; a key of RFC 4716 begins with the line “"
              + BEGIN + "” and ends with the line “" + END + "”.");
    }
    var comment = "";
    var base64 = new StringBuilder();
    var at = 1;
    for (; !lines.get(at).equals(END); at++) {
      var line = lines.get(at);
      if (line.indexOf(':') < 0) {
        base64.append(line);
        continue;
      }
      var header = new StringBuilder();
      while (line.endsWith(CONTINUED) && !lines.get(at + 1).equals(END)) {
        header.append(line, 0, line.length() - 1);
        line = lines.get(++at);
      }
      header.append(line);
      if (header.toString().regionMatches(true, 0, COMMENT, 0, COMMENT.length())) {
        comment = header.substring(COMMENT.length()).strip().replace("\"", "");
      }
    }
    if (at < lines.size() - 1) {
      throw new IllegalArgumentException(
          "has something after its line “" + END + "”; give one key.");
    }
    return new Ssh2File(type(base64.toString()), base64.toString(), comment);
  }

  private static String type(String base64) {
    try {
      var in = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
      var length = in.getInt();
      if (length < 1 || length > Math.min(LONGEST_TYPE, in.remaining())) {
        throw new BufferUnderflowException();
      }
      var type = new byte[length];
      in.get(type);
      return new String(type, StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "has Base64 that does not hold a whole key; copy the whole file again.", e);
    }
  }

  /** As a .pub file has it. */
  String asLine() {
    return type + " " + base64 + " " + comment;
  }
}
