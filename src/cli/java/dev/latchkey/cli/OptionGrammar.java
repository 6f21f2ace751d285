package dev.latchkey.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options: before or after the function, {@code --name=VALUE} or {@code --name VALUE}; {@code --} ends them. */
final class OptionGrammar {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int RETRIES = 2;
  private static final int MOST_RETRIES = 10;
  private static final int MOST_SECONDS = 3_600;
  private static final String END = "--";

  private static final List<Option> OPTIONS = List.of(
      new Option(
          "-o",
          "--output",
          "FORMAT",
          "How to show the answer: yaml, json, jsonpretty, table or xml."),
      new Option("-p", "--profile", "NAME", "The profile of the configuration file to use."),
      new Option("-s", "--server", "SERVER", "The server that is meant, as api.server=SERVER."),
      new Option("", "--user", "NAME", "Refuse the call unless the token is this user's."),
      new Option(
          "", "--columns", "A,B", "The columns of a table, such as name,owner or grants.0.state."),
      new Option(
          "",
          "--idempotency-key",
          "KEY",
          "The Idempotency-Key of a change, which makes it safe to send again; “new” makes one."),
      new Option("", "--timeout", "SECONDS", "How long a call may take; 60 by default."),
      new Option(
          "",
          "--retries",
          "N",
          "How often a call that may be sent again is sent again; 2 by default."),
      new Option("", "--for", "SECONDS", "How long “watch” waits; 120 by default."),
      new Option("-v", "--verbose", "", "Show the request and the answer, without secrets."),
      new Option("-h", "--help", "", "Show this help, or that of the function."),
      new Option("-V", "--version", "", "Show the version of this command."));

  private final List<String> words = new ArrayList<>();
  private final Map<String, String> values = new HashMap<>();

  private OptionGrammar() {}

  /**
   * @param letter {@code -o}, or nothing
   * @param label of its value; nothing for an option that has none
   */
  private record Option(String letter, String name, String label, String sentence) {
    boolean isCalled(String written) {
      return written.equals(name) || written.equals(letter) && !written.isEmpty();
    }

    boolean takesValue() {
      return !label.isEmpty();
    }
  }

  static CliOptions read(List<String> line) {
    var read = new OptionGrammar();
    for (var i = 0; i < line.size(); i++) {
      var word = line.get(i);
      if (word.equals(END)) {
        read.words.addAll(line.subList(i + 1, line.size()));
        break;
      }
      if (!word.startsWith("-") || word.length() < 2) {
        read.words.add(word);
      } else if (read.option(word, i + 1 < line.size() ? line.get(i + 1) : END)) {
        i++;
      }
    }
    return read.options();
  }

  /** @return whether its value is the word that comes next */
  private boolean option(String word, String next) {
    var cut = word.startsWith(END) ? word.indexOf('=') : 2;
    var name = cut < 0 ? word : word.substring(0, Math.min(cut, word.length()));
    var rest = word.substring(name.length());
    var option = OPTIONS.stream().filter(one -> one.isCalled(name)).findFirst();
    if (option.isEmpty()) {
      throw CliProblem.usage(unknown(name));
    }
    if (!option.get().takesValue() && !rest.isEmpty()) {
      throw CliProblem.usage(option.get().name() + " takes no value, and stands alone.");
    }
    var isNext = option.get().takesValue() && rest.isEmpty();
    if (isNext && (next.equals(END) || OPTIONS.stream().anyMatch(one -> one.isCalled(next)))) {
      throw CliProblem.usage(option.get().name() + ": a value is missing, such as "
          + option.get().name() + "=" + option.get().label() + ".");
    }
    var value = isNext ? next : rest.startsWith("=") ? rest.substring(1) : rest;
    if (values.put(option.get().name(), value) != null) {
      throw CliProblem.usage(option.get().name() + " is given twice; give it once.");
    }
    return isNext;
  }

  /** Without any value: it may be a secret in the wrong place. */
  private static String unknown(String word) {
    return word.matches("--?[A-Za-z-]{1,30}")
        ? "Unknown option " + word + "; "
            + Likeness.of(word, names().stream())
                .map(name -> "did you mean " + name + "?")
                .orElse("see --help.")
        : "Unknown option; see --help.";
  }

  private CliOptions options() {
    return new CliOptions(
        text("--output"),
        text("--profile"),
        text("--server"),
        text("--user"),
        columns(text("--columns").orElse("")),
        text("--idempotency-key"),
        seconds("--timeout", TIMEOUT),
        (int) number("--retries", RETRIES, 0, MOST_RETRIES),
        seconds("--for", PATIENCE),
        values.containsKey("--verbose"),
        values.containsKey("--help"),
        values.containsKey("--version"),
        List.copyOf(words));
  }

  private Optional<String> text(String option) {
    return Optional.ofNullable(values.get(option));
  }

  private static List<String> columns(String written) {
    return Arrays.stream(written.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private Duration seconds(String option, Duration otherwise) {
    return Duration.ofSeconds(number(option, otherwise.toSeconds(), 1, MOST_SECONDS));
  }

  private long number(String option, long otherwise, long least, long most) {
    var written = text(option);
    if (written.isEmpty()) {
      return otherwise;
    }
    if (written.get().matches("[0-9]{1,9}")) {
      var number = Long.parseLong(written.get());
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw CliProblem.usage(option + ": “" + Visible.line(written.get())
        + "” is not a whole number from " + least + " to " + most + ".");
  }

  /** What help says of each, by how it is written. */
  static Map<String, String> help() {
    var all = new LinkedHashMap<String, String>();
    for (var option : OPTIONS) {
      all.put(
          (option.letter().isEmpty() ? "" : option.letter() + ", ")
              + option.name()
              + (option.takesValue() ? " " + option.label() : ""),
          option.sentence());
    }
    return all;
  }

  /** Of the options, as one types them. */
  static List<String> names() {
    return OPTIONS.stream().map(Option::name).toList();
  }

  /** Whether the word that follows this one belongs to it. */
  static boolean takesValue(String name) {
    return OPTIONS.stream().anyMatch(option -> option.takesValue() && option.isCalled(name));
  }
}
