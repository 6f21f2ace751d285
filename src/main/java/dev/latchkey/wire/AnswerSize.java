package dev.latchkey.wire;

import dev.latchkey.api.Declaration;
import dev.latchkey.api.FieldType.ByName;
import dev.latchkey.api.FieldType.ListOf;
import dev.latchkey.api.WhmFailure;
import java.util.Optional;

/**
 * How long an answer is on its way: a text inside Lambda's JSON, where quotes count twice. Lambda lets 6,291,556 bytes
 * through, headers included ("Lambda quotas"), and fails the call, done or not, where there are more.
 */
public final class AnswerSize {
  private static final int MOST = 6_000_000;
  /** A control character in JSON: {@code \\u0000}. */
  private static final int ESCAPED = 6;

  private AnswerSize() {}

  public static long of(byte[] answer) {
    var size = 0L;
    for (var each : answer) {
      if (each == '"' || each == '\\' || each == '\n') {
        size += 2;
      } else {
        size += each >= 0 && each < ' ' ? ESCAPED : 1;
      }
    }
    return size;
  }

  static boolean isTooLong(byte[] answer) {
    return of(answer) > MOST;
  }

  /** For a function that has changed nothing: it may be asked for less. */
  static WhmFailure refusal(byte[] answer, Optional<Declaration> function) {
    return WhmFailure.refused("The answer has %d bytes, and %d are the most; %s."
        .formatted(of(answer), MOST, remedy(function)));
  }

  private static String remedy(Optional<Declaration> function) {
    var hasList = function
        .filter(named -> named.fields().stream()
            .anyMatch(field -> field.type() instanceof ListOf || field.type() instanceof ByName))
        .isPresent();
    return hasList
        ? "ask for it in parts, with api.chunk.enable=1, api.chunk.size=100 and api.chunk.start, or for less of it, with api.filter or api.columns"
        : "ask for less at once";
  }
}
