package dev.latchkey.api;

import dev.latchkey.text.Quoted;
import java.math.BigInteger;
import java.util.List;
import java.util.function.Function;

/**
 * How a value is read from text.
 *
 * @param schema the type in OpenAPI's words: {@code string} or {@code integer}
 * @param parser throws {@link IllegalArgumentException} with a message that says what is wrong and what would be right
 * @param choices all values that there are; empty where they cannot be listed
 * @param isSecret a value must not be shown, kept in a history or written to a log by whoever makes the call
 */
public record ParameterType<T>(
    String schema, Function<String, T> parser, List<String> choices, boolean isSecret) {
  public static final ParameterType<String> TEXT =
      new ParameterType<>("string", Function.identity());

  private static final int MOST_OF_A_CURSOR = 512;

  /** Where a list goes on, as an answer had it. */
  public static final ParameterType<String> CURSOR =
      new ParameterType<>("string", ParameterType::cursor);

  /** WHM's boolean: 1 or 0, nothing else ("literal true and false are unsupported"). */
  public static final ParameterType<Boolean> FLAG =
      new ParameterType<>("integer", ParameterType::flag);

  public ParameterType(String schema, Function<String, T> parser) {
    this(schema, parser, List.of(), false);
  }

  public static <T> ParameterType<T> text(Function<String, T> parser) {
    return new ParameterType<>("string", parser);
  }

  /** Nothing but {@code words} are values. */
  public ParameterType<T> choosing(String... words) {
    return new ParameterType<>(schema, parser, List.of(words), isSecret);
  }

  /** Its values are secrets. */
  public ParameterType<T> secret() {
    return new ParameterType<>(schema, parser, choices, true);
  }

  /** One plain line of so many characters at most, for the audit. */
  public static ParameterType<String> line(int most) {
    return text(text -> line(text, most));
  }

  /** A whole number from {@code least} to {@code most}, both included. */
  public static ParameterType<Long> integer(long least, long most) {
    return new ParameterType<>("integer", text -> integer(text, least, most));
  }

  public static ParameterType<Long> positive() {
    return integer(1, Long.MAX_VALUE);
  }

  /** A value as a call would write it. */
  String text(T value) {
    return value instanceof Boolean flag ? flag ? "1" : "0" : String.valueOf(value);
  }

  private static String line(String text, int most) {
    if (text.length() > most) {
      throw new IllegalArgumentException(
          "has " + text.length() + " characters; " + most + " are the most.");
    }
    if (text.chars().anyMatch(Character::isISOControl) || !Quoted.sentence(text).equals(text)) {
      throw new IllegalArgumentException("“" + Quoted.of(text)
          + "” has a line break, a control character or a token in it; write one plain line.");
    }
    return text;
  }

  /** Longer ones would be no key of the table. */
  private static String cursor(String text) {
    if (text.length() > MOST_OF_A_CURSOR) {
      throw new IllegalArgumentException("it has " + text.length()
          + " characters, so no answer had it; use “next” from the previous answer.");
    }
    return text;
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "1" -> true;
      case "0" -> false;
      default ->
        throw new IllegalArgumentException("“" + Quoted.of(text) + "” is neither 1 nor 0.");
    };
  }

  private static long integer(String text, long least, long most) {
    if (!text.matches("-?[0-9]{1,40}")) {
      throw new IllegalArgumentException("“" + Quoted.of(text) + "” is not a whole number.");
    }
    var number = new BigInteger(text);
    var isTooSmall = number.compareTo(BigInteger.valueOf(least)) < 0;
    if (isTooSmall || number.compareTo(BigInteger.valueOf(most)) > 0) {
      var range = isTooSmall && most == Long.MAX_VALUE
          ? "at least " + least
          : "from " + least + " to " + most;
      throw new IllegalArgumentException(
          "“" + text + "” is out of range; it must be " + range + ".");
    }
    return number.longValueExact();
  }
}
