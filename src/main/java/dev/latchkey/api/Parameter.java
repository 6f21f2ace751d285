package dev.latchkey.api;

import dev.latchkey.text.Nearest;
import dev.latchkey.text.PlainLetters;
import dev.latchkey.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One parameter of a function: declared once, read with {@link #from(Call)}. Present but empty is refused, never read as
 * absent: an empty {@code acl} must not make a token that may do everything.
 *
 * @param <T> what reading gives: the value, an {@link Optional} or a list
 */
public final class Parameter<T> {
  /** Possessive: Java matches an alternative that it may give back by recursion, once for each character. */
  private static final Pattern SLIPS = Pattern.compile("^(?:amp;|[^a-z0-9])++");

  private static final Pattern EXTENSION = Pattern.compile("^api[^a-z0-9]+");
  private static final Pattern NUMBER = Pattern.compile("_?\\[?[0-9]*\\]?$");
  private static final Pattern NO_LETTER = Pattern.compile("[^a-z0-9]+");
  private static final int SHORT = 6;

  /** No slip of the pen makes a name longer than that; a longer one is compared by its beginning alone. */
  private static final int LONG = 100;

  /** What stands between values that were sent as one, also as a JSON array in a form. */
  private static final Pattern JOINT = Pattern.compile("[\\s,;|\\[\\]\"']+");

  private interface Reader<T> {
    T read(Parameter<T> parameter, Arguments arguments);
  }

  private final String name;
  private final ParameterType<?> type;
  private final boolean required;
  private final boolean several;
  private final String sentence;
  private final Optional<String> byDefault;
  private final Optional<String> alias;
  private final Reader<T> reader;

  private Parameter(
      String name,
      ParameterType<?> type,
      boolean required,
      boolean several,
      String sentence,
      Optional<String> byDefault,
      Optional<String> alias,
      Reader<T> reader) {
    this.name = name;
    this.type = type;
    this.required = required;
    this.several = several;
    this.sentence = sentence;
    this.byDefault = byDefault;
    this.alias = alias;
    this.reader = reader;
  }

  public static <T> Parameter<T> required(String name, ParameterType<T> type, String sentence) {
    return new Parameter<>(
        name,
        type,
        true,
        false,
        sentence,
        Optional.empty(),
        Optional.empty(),
        (self, arguments) -> self.one(type, arguments).orElseThrow(self::missing));
  }

  public static <T> Parameter<Optional<T>> optional(
      String name, ParameterType<T> type, String sentence) {
    return new Parameter<>(
        name,
        type,
        false,
        false,
        sentence,
        Optional.empty(),
        Optional.empty(),
        (self, arguments) -> self.one(type, arguments));
  }

  public static <T> Parameter<T> defaulting(
      String name, ParameterType<T> type, T value, String sentence) {
    return new Parameter<>(
        name,
        type,
        false,
        false,
        sentence,
        Optional.of(type.text(value)),
        Optional.empty(),
        (self, arguments) -> self.one(type, arguments).orElse(value));
  }

  /** A text that may be given and empty, which is what WHM documents as its default. */
  public static Parameter<String> orEmpty(String name, String sentence) {
    return orEmpty(name, ParameterType.TEXT, sentence);
  }

  /** The same for a text of a kind of its own, such as one that must not be shown. */
  public static Parameter<String> orEmpty(
      String name, ParameterType<String> type, String sentence) {
    return new Parameter<>(
        name,
        type,
        false,
        false,
        sentence,
        Optional.of(""),
        Optional.empty(),
        (self, arguments) -> arguments.last(name).orElse(""));
  }

  /** Several values in any of the forms of {@link Arguments#values}; empty when there is none at all. */
  public static <T> Parameter<Optional<List<T>>> several(
      String name, ParameterType<T> type, String sentence) {
    return new Parameter<>(
        name,
        type,
        false,
        true,
        sentence,
        Optional.empty(),
        Optional.empty(),
        (self, arguments) ->
            Optional.of(self.all(type, arguments)).filter(values -> !values.isEmpty()));
  }

  public static <T> Parameter<List<T>> requiredSeveral(
      String name, ParameterType<T> type, String sentence) {
    return new Parameter<>(
        name, type, true, true, sentence, Optional.empty(), Optional.empty(), (self, arguments) -> {
          var values = self.all(type, arguments);
          if (values.isEmpty()) {
            throw self.missing();
          }
          return values;
        });
  }

  /** Reads {@code spelling} too, where WHM's own documentation prints it. */
  public Parameter<T> alsoSpelled(String spelling) {
    return new Parameter<>(
        name, type, required, several, sentence, byDefault, Optional.of(spelling), reader);
  }

  /** @throws WhmFailure that names this parameter and says what would be right */
  public T from(Call call) {
    return from(call.arguments());
  }

  T from(Arguments arguments) {
    return reader.read(this, arguments);
  }

  public String name() {
    return name;
  }

  public ParameterType<?> type() {
    return type;
  }

  public boolean isRequired() {
    return required;
  }

  public boolean takesSeveral() {
    return several;
  }

  public String sentence() {
    return sentence;
  }

  /** The value that is taken where none is given, as a call would write it. */
  public Optional<String> byDefault() {
    return byDefault;
  }

  /** A refusal of this parameter's value. */
  public WhmFailure refused(String problem) {
    return WhmFailure.parameter(name, problem);
  }

  /** What a call gives for it, as it came; empty for nothing, and for what is taken by default anyway. */
  List<String> given(Arguments arguments) {
    var texts = several ? texts(arguments) : arguments.last(name).stream().toList();
    // Empty is not always as good as absent.
    return byDefault
            .filter(value -> !value.isEmpty() && texts.equals(List.of(value)))
            .isPresent()
        ? List.of()
        : texts;
  }

  private List<String> texts(Arguments arguments) {
    var texts = new ArrayList<>(arguments.values(name));
    alias.ifPresent(spelling -> texts.addAll(arguments.values(spelling)));
    return texts;
  }

  /** Whether an argument of this name is read by this parameter. */
  boolean reads(String argument) {
    return several
        ? Arguments.isFormOf(argument, name)
            || alias.filter(spelling -> Arguments.isFormOf(argument, spelling)).isPresent()
        : argument.equals(name);
  }

  /**
   * Whether an argument looks like this parameter in a form that is not read: {@code acls}, {@code acl-create-acct},
   * {@code ACL}, {@code expires}, {@code ttl} for {@code api.ttl}. Passing over it could make something wider than the
   * caller asked for.
   */
  boolean isNearMiss(String argument) {
    if (reads(argument)) {
      return false;
    }
    if (plain(argument).startsWith(plain(name))) {
      return true;
    }
    if (argument.length() > LONG) {
      return false;
    }
    var given = word(argument);
    var meant = word(name);
    var isPart = meant.startsWith(given) || meant.endsWith(given);
    return isPart && 2 * given.length() >= meant.length()
        || Math.abs(given.length() - meant.length()) <= 2
            && Nearest.distance(given, meant) <= (meant.length() <= SHORT ? 1 : 2);
  }

  /** How far an argument's name is from this parameter's; 0 if only signs, capitals or scripts differ. */
  int distance(String argument) {
    if (argument.length() > LONG) {
      return Integer.MAX_VALUE;
    }
    var given = word(argument);
    var meant = word(name);
    return Math.abs(given.length() - meant.length()) > name.length()
        ? Integer.MAX_VALUE
        : Nearest.distance(given, meant);
  }

  /** As a slip of the pen would have it; {@code &amp;acl=} is what is pasted from a page's source. */
  private static String plain(String name) {
    return SLIPS.matcher(PlainLetters.of(name)).replaceFirst("");
  }

  /** Letters and digits alone, without {@code api.} before them and a number after them. */
  private static String word(String name) {
    var bare = NUMBER.matcher(EXTENSION.matcher(plain(name)).replaceFirst("")).replaceFirst("");
    return NO_LETTER.matcher(bare).replaceAll("");
  }

  private <V> Optional<V> one(ParameterType<V> type, Arguments arguments) {
    return arguments.last(name).map(text -> parse(type, text));
  }

  private <V> List<V> all(ParameterType<V> type, Arguments arguments) {
    return texts(arguments).stream().map(text -> parse(type, text)).toList();
  }

  private <V> V parse(ParameterType<V> type, String text) {
    if (text.isEmpty()) {
      throw refused("is empty; leave it out or give it a value.");
    }
    try {
      return type.parser().apply(text);
    } catch (IllegalArgumentException e) {
      throw refused(several ? joined(text).orElse(e.getMessage()) : e.getMessage());
    }
  }

  /** What helps a caller who sent several values as one, {@code acl=a,b}. */
  private Optional<String> joined(String text) {
    var values = JOINT.splitAsStream(Quoted.of(text)).filter(Predicate.not(String::isEmpty));
    var parts = values.toList();
    return parts.size() < 2
        ? Optional.empty()
        : Optional.of("“" + Quoted.of(text) + "” is several values in one; send “" + name + "-1="
            + parts.get(0) + "&" + name + "-2=" + parts.get(1) + "” instead.");
  }

  /** With a small letter at its beginning, but for a word that is written in capitals, such as SSH. */
  private static String inSentence(String text) {
    return text.length() > 1 && !Character.isUpperCase(text.charAt(1))
        ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1)
        : text;
  }

  private WhmFailure missing() {
    return refused("is missing; " + inSentence(sentence));
  }
}
