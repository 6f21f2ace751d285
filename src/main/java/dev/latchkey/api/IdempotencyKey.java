package dev.latchkey.api;

import dev.latchkey.text.Quoted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name that a client gives a call so that it may send it again: the header {@code Idempotency-Key}
 * (draft-ietf-httpapi-idempotency-key-header) or a parameter. Functions that change nothing pass over the header, which
 * clients and proxies send with everything, and refuse the parameter.
 */
public final class IdempotencyKey {
  public static final String HEADER = "Idempotency-Key";

  /** Of every function that changes something. */
  public static final Parameter<Optional<String>> PARAMETER = Parameter.optional(
      "api.idempotency_key",
      ParameterType.text(IdempotencyKey::parse),
      "A key of your own making: the same call with it, within 24 hours, is done once (an extension); 1 to 255 characters"
          + " without spaces and commas. Or as the header " + HEADER + ".");

  private static final String FORM =
      "1 to 255 printable ASCII characters without spaces and commas";
  private static final Pattern VALID = Pattern.compile("[!-+\\--~]{1,255}");

  /** A string of a structured field (RFC 8941). */
  private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\[\"\\\\])*)\"");

  private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");

  /** They say how a call is answered, and not what is done. */
  private static final Set<String> OF_THE_ANSWER =
      Set.of(DryRun.PARAMETER.name(), "api.idempotency_key", "api.wait");

  /** Stands before the number of a command of a batch; no header can have it. */
  private static final char NUMBER = '\n';

  private IdempotencyKey() {}

  private static String parse(String text) {
    if (!VALID.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text) + "” is not a valid key; use " + FORM + ", such as a UUID.");
    }
    return text;
  }

  /** The key of each command of a batch that has none of its own: the batch's header, and the command's number. */
  static String ofCommand(String header, int number) {
    return header + NUMBER + number;
  }

  /** @throws WhmFailure when it is not valid, or header and parameter differ */
  public static Optional<String> of(Call call) {
    var parameter = PARAMETER.from(call);
    var header = call.key().map(IdempotencyKey::header);
    if (parameter.isPresent() && header.isPresent() && !parameter.equals(header)) {
      throw PARAMETER.refused("differs from the header " + HEADER + "; send one of them.");
    }
    return parameter.or(() -> header);
  }

  private static String header(String raw) {
    var end = raw.indexOf(NUMBER) < 0 ? raw.length() : raw.indexOf(NUMBER);
    var text = raw.substring(0, end).trim();
    var quoted = QUOTED.matcher(text);
    var key = quoted.matches() ? ESCAPED.matcher(quoted.group(1)).replaceAll("$1") : text;
    try {
      return parse(key) + raw.substring(end);
    } catch (IllegalArgumentException e) {
      throw WhmFailure.parameter("The header " + HEADER, e.getMessage());
    }
  }

  /**
   * What decides what a call does, by parameter: all that it gives for declared parameters and that is not the default, but
   * for those that only say how it is answered. What nothing reads decides nothing.
   */
  public static Map<String, List<String>> deciding(Call call) {
    var deciding = new LinkedHashMap<String, List<String>>();
    for (var parameter : call.function().parameters()) {
      var given = parameter.given(call.arguments());
      if (!given.isEmpty() && !OF_THE_ANSWER.contains(parameter.name())) {
        deciding.put(parameter.name(), given);
      }
    }
    return deciding;
  }
}
