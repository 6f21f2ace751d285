package dev.latchkey.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The options, built at start without annotations, so that nothing is looked up by reflection. They stand before or after the function. */
final class OptionGrammar {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int RETRIES = 2;
  private static final int MOST_RETRIES = 10;
  private static final int MOST_SECONDS = 3_600;

  private OptionGrammar() {}

  private static CommandSpec spec() {
    return CommandSpec.create()
        .addOption(value(
            "FORMAT",
            "How to show the answer: yaml, json, jsonpretty, table or xml.",
            "-o",
            "--output"))
        .addOption(
            value("NAME", "The profile of the configuration file to use.", "-p", "--profile"))
        .addOption(
            value("SERVER", "The server that is meant, as api.server=SERVER.", "-s", "--server"))
        .addOption(value("NAME", "Refuse the call unless the token is this user's.", "--user"))
        .addOption(value(
            "A,B", "The columns of a table, such as name,owner or grants.0.state.", "--columns"))
        .addOption(value(
            "KEY",
            "The Idempotency-Key of a change, which makes it safe to send again; “new” makes one.",
            "--idempotency-key"))
        .addOption(value("SECONDS", "How long a call may take; 60 by default.", "--timeout"))
        .addOption(value(
            "N",
            "How often a call that may be sent again is sent again; 2 by default.",
            "--retries"))
        .addOption(value("SECONDS", "How long “watch” waits; 120 by default.", "--for"))
        .addOption(flag("Show the request and the answer, without secrets.", "-v", "--verbose"))
        .addOption(flag("Show this help, or that of the function.", "-h", "--help"))
        .addOption(flag("Show the version of this command.", "-V", "--version"))
        .addPositional(PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .build());
  }

  private static OptionSpec value(String label, String sentence, String name, String... more) {
    return OptionSpec.builder(name, more)
        .arity("1")
        .type(String.class)
        .paramLabel(label)
        .description(sentence)
        .build();
  }

  private static OptionSpec flag(String sentence, String name, String... more) {
    return OptionSpec.builder(name, more)
        .arity("0")
        .type(boolean.class)
        .description(sentence)
        .build();
  }

  static CliOptions read(List<String> words) {
    var command = new CommandLine(spec())
        .setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setPosixClusteredShortOptionsAllowed(false)
        .setUnmatchedOptionsAllowedAsOptionParameters(false);
    try {
      var read = command.parseArgs(words.toArray(String[]::new));
      return new CliOptions(
          Optional.ofNullable(read.matchedOptionValue("--output", null)),
          Optional.ofNullable(read.matchedOptionValue("--profile", null)),
          Optional.ofNullable(read.matchedOptionValue("--server", null)),
          Optional.ofNullable(read.matchedOptionValue("--user", null)),
          columns(read.matchedOptionValue("--columns", "")),
          Optional.ofNullable(read.matchedOptionValue("--idempotency-key", null)),
          seconds("--timeout", read.matchedOptionValue("--timeout", null), TIMEOUT),
          (int) number(
              "--retries", read.matchedOptionValue("--retries", null), RETRIES, 0, MOST_RETRIES),
          seconds("--for", read.matchedOptionValue("--for", null), PATIENCE),
          read.hasMatchedOption("--verbose"),
          read.hasMatchedOption("--help"),
          read.hasMatchedOption("--version"),
          read.matchedPositionalValue(0, List.of()));
    } catch (ParameterException e) {
      throw CliProblem.usage(sentence(e));
    }
  }

  private static List<String> columns(String written) {
    return Arrays.stream(written.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static Duration seconds(String option, String written, Duration otherwise) {
    return Duration.ofSeconds(number(option, written, otherwise.toSeconds(), 1, MOST_SECONDS));
  }

  private static long number(String option, String written, long otherwise, long least, long most) {
    if (written == null) {
      return otherwise;
    }
    if (written.matches("[0-9]{1,9}")) {
      var number = Long.parseLong(written);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw CliProblem.usage(option + ": “" + Visible.line(written) + "” is not a whole number from "
        + least + " to " + most + ".");
  }

  /** Without any value: it may be a secret in the wrong place. */
  private static String sentence(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unknown) {
      return unknown.getUnmatched().stream()
          .map(word -> word.replaceFirst("(?s)=.*", ""))
          .filter(word -> word.matches("--?[A-Za-z-]{1,30}"))
          .findFirst()
          .map(word -> "There is no option " + word + "; "
              + Likeness.of(word, names().stream())
                  .map(name -> "did you mean " + name + "?")
                  .orElse("see --help."))
          .orElse("There is no such option; see --help.");
    }
    if (e instanceof MissingParameterException missing
        && missing.getMissing().get(0) instanceof OptionSpec option) {
      return option.longestName() + ": a value is missing, such as " + option.longestName() + "="
          + option.paramLabel() + ".";
    }
    return e instanceof OverwrittenOptionException twice
            && twice.getOverwritten() instanceof OptionSpec option
        ? option.longestName() + " is given twice; give it once."
        : "The options cannot be read; see --help.";
  }

  /** The options as help shows them, a line each. */
  static String help() {
    var text = new StringBuilder();
    for (var option : spec().options()) {
      var names = String.join(", ", option.names())
          + (option.arity().max() == 0 ? "" : " " + option.paramLabel());
      text.append(String.format("  %-26s %s%n", names, option.description()[0]));
    }
    return text.toString();
  }

  /** Of the options, as one types them. */
  static List<String> names() {
    return spec().options().stream().map(OptionSpec::longestName).toList();
  }

  /** Whether the word that follows this one belongs to it. */
  static boolean takesValue(String name) {
    return spec().options().stream()
        .anyMatch(
            option -> option.arity().max() > 0 && Arrays.asList(option.names()).contains(name));
  }
}
