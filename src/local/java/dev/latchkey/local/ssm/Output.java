package dev.latchkey.local.ssm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Output is kept up to a length; what is longer ends in a mark. */
final class Output {
  static final int STANDARD_OUTPUT = 24_000;
  static final int STANDARD_ERROR = 8_000;

  /** Of both together, in the lists. */
  private static final int TOGETHER = 2_500;

  private static final String MARK = "\n--output truncated--";
  private static final String ERROR = "\n----------ERROR-------\n";

  private Output() {}

  static String read(Path file, int length) throws IOException {
    try (var stream = Files.newInputStream(file)) {
      return cut(new String(stream.readNBytes(length + 1), StandardCharsets.UTF_8), length);
    }
  }

  static String cut(String text, int length) {
    return text.length() <= length
        ? text
        : text.substring(0, Math.max(0, length - MARK.length())) + MARK;
  }

  static String together(String out, String err) {
    return cut(err.isEmpty() ? out : out + ERROR + err, TOGETHER);
  }
}
