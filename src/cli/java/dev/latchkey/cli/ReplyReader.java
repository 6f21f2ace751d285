package dev.latchkey.cli;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** HTTP/1.1 as RFC 9112 has answers, with a bound on everything that a server may send. */
final class ReplyReader {
  /** Lambda answers at most 6 MB. */
  static final int MOST_BODY = 16 * 1024 * 1024;

  private static final int MOST_HEAD = 64 * 1024;
  private static final int MOST_INTERIM = 10;
  private static final int OK = 200;

  private final InputStream in;
  private int headLeft = MOST_HEAD;

  ReplyReader(InputStream in) {
    this.in = in;
  }

  /** What is not HTTP, or is too much. */
  static final class NotHttp extends IOException {
    private static final long serialVersionUID = 1;

    NotHttp(String why) {
      super(why);
    }
  }

  Reply read() throws IOException {
    for (var i = 0; i < MOST_INTERIM; i++) {
      var status = status(line());
      var fields = fields();
      if (status >= OK) {
        return new Reply(status, fields, body(status, fields));
      }
    }
    throw new NotHttp("it announces answers without end");
  }

  /** The head alone, as of a proxy that lets through. */
  int readHead() throws IOException {
    var status = status(line());
    fields();
    return status;
  }

  private static int status(String line) throws NotHttp {
    if (!line.matches("HTTP/1\\.[01] [1-9][0-9]{2}(?: .*)?")) {
      throw new NotHttp("it does not speak HTTP/1.1");
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private Map<String, String> fields() throws IOException {
    var fields = new LinkedHashMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      var colon = line.indexOf(':');
      if (colon > 0) {
        fields.putIfAbsent(
            line.substring(0, colon).toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip());
      }
    }
    return fields;
  }

  private byte[] body(int status, Map<String, String> fields) throws IOException {
    if (status == 204 || status == 304) {
      return new byte[0];
    }
    if (fields.getOrDefault("transfer-encoding", "").toLowerCase(Locale.ROOT).endsWith("chunked")) {
      return chunks();
    }
    var length = Optional.ofNullable(fields.get("content-length"));
    if (length.isPresent()) {
      return exactly(length(length.get(), 10));
    }
    var all = in.readNBytes(MOST_BODY + 1);
    bound(all.length);
    return all;
  }

  private byte[] chunks() throws IOException {
    var all = new ByteArrayOutputStream();
    while (true) {
      var line = line();
      var semicolon = line.indexOf(';');
      var length = length(semicolon < 0 ? line : line.substring(0, semicolon), 16);
      if (length == 0) {
        fields();
        return all.toByteArray();
      }
      bound(all.size() + (long) length);
      all.writeBytes(exactly(length));
      headLeft = MOST_HEAD;
      if (!line().isEmpty()) {
        throw new NotHttp("its chunks have no end");
      }
    }
  }

  private static int length(String written, int radix) throws NotHttp {
    try {
      var length = Long.parseLong(written.strip(), radix);
      if (length >= 0 && !written.strip().startsWith("+")) {
        bound(length);
        return (int) length;
      }
    } catch (NumberFormatException e) {
      // As for a negative one.
    }
    throw new NotHttp("it says no valid length");
  }

  private static void bound(long length) throws NotHttp {
    if (length > MOST_BODY) {
      throw new NotHttp("its answer is longer than " + MOST_BODY / 1024 / 1024
          + " MB; ask for a part of the list by api.chunk.enable=1 and api.chunk.size");
    }
  }

  private byte[] exactly(int length) throws IOException {
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the connection ended in the middle of the answer");
    }
    return bytes;
  }

  /** Without its end. */
  private String line() throws IOException {
    var line = new ByteArrayOutputStream(64);
    while (true) {
      var next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended before the answer");
      }
      if (--headLeft < 0) {
        throw new NotHttp("the head of its answer is longer than " + MOST_HEAD / 1024 + " KB");
      }
      if (next == '\n') {
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
      }
      line.write(next);
    }
  }
}
