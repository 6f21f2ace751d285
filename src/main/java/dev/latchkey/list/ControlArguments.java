package dev.latchkey.list;

import dev.latchkey.api.Arguments;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.text.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The {@code api.filter.…}, {@code api.sort.…}, {@code api.columns.…} and {@code api.chunk.…} of a call. */
record ControlArguments(Arguments arguments) {
  private static final Pattern LETTERS = Pattern.compile("[a-z]+");
  private static final int MOST_CHARACTERS = 256;
  private static final Set<String> SWITCHES =
      Set.of("enable", "verbose", "start", "size", "field", "reverse", "method");

  /** On as in Perl: anything but nothing, an empty text or 0. */
  boolean isOn(String control, String name) {
    return value(control, name)
        .filter(Predicate.not(text -> text.isEmpty() || text.equals("0")))
        .isPresent();
  }

  Optional<String> value(String control, String name) {
    return arguments.last("api." + control + "." + name);
  }

  /**
   * The arguments of each letter, {@code api.sort.b.field} as {@code b → field}, in the order of the letters: a to z,
   * then za to zz, zza …, which is plain text order. Letters may be missing.
   */
  Map<String, Map<String, String>> byLetter(String control) {
    var prefix = "api." + control + ".";
    var letters = new TreeMap<String, Map<String, String>>();
    for (var argument : arguments.all()) {
      if (!argument.name().startsWith(prefix)) {
        continue;
      }
      var rest = argument.name().substring(prefix.length());
      var dot = rest.indexOf('.');
      var letter = dot < 0 ? rest : rest.substring(0, dot);
      if (LETTERS.matcher(letter).matches() && !SWITCHES.contains(letter)) {
        letters
            .computeIfAbsent(letter, first -> new TreeMap<>())
            .put(dot < 0 ? "" : rest.substring(dot + 1), argument.value());
      }
    }
    return letters;
  }

  /**
   * Of a filter or a sort that is not read the answer would say nothing, and be taken for what was asked for.
   *
   * @param alone what stands without a letter
   * @param parts what stands behind one
   * @throws WhmFailure naming another one
   */
  void refuseOthers(String control, Set<String> alone, List<String> parts) {
    var prefix = "api." + control + ".";
    for (var argument : arguments.all()) {
      if (!argument.name().startsWith(prefix)) {
        continue;
      }
      var words = argument.name().substring(prefix.length()).split("\\.", 2);
      var isLetter = LETTERS.matcher(words[0]).matches() && !SWITCHES.contains(words[0]);
      if (!(words.length == 1 ? alone.contains(words[0]) : isLetter && parts.contains(words[1]))) {
        throw WhmFailure.parameter(
            Quoted.of(argument.name()),
            "is not read; what is read is " + prefix + "a."
                + String.join(", " + prefix + "a.", parts)
                + ", and the same with b to z, za and so on for a.");
      }
    }
  }

  /** As {@link #byLetter}, and no more letters than {@code most}. */
  Map<String, Map<String, String>> byLetter(String control, int most) {
    var letters = byLetter(control);
    if (letters.size() > most) {
      throw WhmFailure.parameter(
          "api." + control, letters.size() + " letters are given; at most " + most + " are read.");
    }
    return letters;
  }

  /** The name of a field, or what is looked for in it; neither is ever long. */
  static String bounded(String control, String letter, String part, String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw WhmFailure.parameter(
          name(control, letter, part),
          "has " + text.length() + " characters; at most " + MOST_CHARACTERS + " are read.");
    }
    return text;
  }

  static String name(String control, String letter, String part) {
    return "api." + control + "." + letter + (part.isEmpty() ? "" : "." + part);
  }
}
