package dev.latchkey.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the word before the cursor may become; silent about everything that goes wrong, as it stands in the way of somebody who types. */
final class Completion {
  static final String VERB = "__complete";

  private static final int LONGEST_LINE = 64 * 1024;
  private static final List<String> VERBS = List.of("help", "profile", "completion", "watch");

  /** What every shell takes as it stands: a name of a server that is more would be run when the line is. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:%+,/=-]+");

  private final Workplace place;

  Completion(Workplace place) {
    this.place = place;
  }

  /** Reads the line up to the cursor from the standard input, with the command's own name. */
  ExitCode run(List<String> none) throws IOException {
    var line = new String(place.in().readNBytes(LONGEST_LINE), StandardCharsets.UTF_8);
    var words = new ArrayList<>(List.of(line.stripLeading().split("\\s+", -1)));
    words.remove(0);
    if (words.isEmpty() || !none.isEmpty()) {
      return ExitCode.DONE;
    }
    var word = words.remove(words.size() - 1);
    try {
      var text = candidates(words, word)
          .filter(candidate -> candidate.startsWith(word))
          .filter(candidate -> PLAIN.matcher(candidate).matches())
          .map(candidate -> candidate + "\n")
          .reduce("", String::concat);
      place.out().write(text.getBytes(StandardCharsets.UTF_8));
    } catch (CliProblem | IOException silent) {
      return ExitCode.DONE;
    }
    return ExitCode.DONE;
  }

  private Stream<String> candidates(List<String> before, String word) {
    if (!before.isEmpty() && OptionGrammar.takesValue(before.get(before.size() - 1))) {
      return ofOption(before.get(before.size() - 1), before);
    }
    if (word.startsWith("-")) {
      var equals = word.indexOf('=');
      return equals < 0
          ? OptionGrammar.names().stream()
              .map(name -> name + (OptionGrammar.takesValue(name) ? "=" : ""))
          : ofOption(word.substring(0, equals), before)
              .map(value -> word.substring(0, equals + 1) + value);
    }
    var plain = plain(before);
    if (plain.isEmpty()) {
      return Stream.concat(functions(), place.isWhmapi1() ? Stream.of() : VERBS.stream());
    }
    return ofWord(plain, before, word);
  }

  private Stream<String> ofWord(List<String> plain, List<String> before, String word) {
    if (!place.isWhmapi1()) {
      switch (plain.get(0)) {
        case "help" -> {
          return functions();
        }
        case "watch" -> {
          return plain.size() == 1
              ? Stream.of(WatchedGrant.FUNCTION)
              : parameters(plain.get(1), before, word)
                  .filter(candidate -> !candidate.startsWith("api.dry_run="));
        }
        case "profile" -> {
          return ofProfile(plain);
        }
        case "completion" -> {
          return Stream.of("bash", "zsh");
        }
        default -> {
          // A function.
        }
      }
    }
    return parameters(plain.get(0), before, word);
  }

  private static Stream<String> functions() {
    return FunctionList.embedded().all().stream().map(OneFunction::name);
  }

  /** Neither options nor their values. */
  private static List<String> plain(List<String> before) {
    var plain = new ArrayList<String>();
    for (var i = 0; i < before.size(); i++) {
      if (OptionGrammar.takesValue(before.get(i))) {
        i++;
      } else if (!before.get(i).startsWith("-")) {
        plain.add(before.get(i));
      }
    }
    return plain;
  }

  private Stream<String> ofProfile(List<String> plain) {
    if (plain.size() == 1) {
      return Stream.of("list", "use", "add");
    }
    if (plain.get(1).equals("use") && plain.size() == 2) {
      return profiles();
    }
    return plain.get(1).equals("add") && plain.size() > 2
        ? ProfileFile.KEYS.stream().map(key -> key + "=")
        : Stream.of();
  }

  private Stream<String> profiles() {
    return ProfileFile.of(place).profiles().keySet().stream();
  }

  private Stream<String> ofOption(String option, List<String> before) {
    return switch (option) {
      case "-o", "--output" -> OutputFormat.words().stream();
      case "-p", "--profile" -> profiles();
      case "-s", "--server" -> remembered(before).serverNames().stream();
      case "--idempotency-key" -> Stream.of("new");
      default -> Stream.of();
    };
  }

  private Stream<String> parameters(String function, List<String> before, String word) {
    var known = FunctionList.embedded().find(function);
    if (known.isEmpty()) {
      return Stream.of();
    }
    var equals = word.indexOf('=');
    if (equals < 0) {
      return known.get().parameters().stream()
          .filter(one -> one.repeats()
              || before.stream().noneMatch(given -> given.startsWith(one.name() + "=")))
          .map(one -> one.name() + "=");
    }
    var name = word.substring(0, equals);
    return known.get().parameter(name).stream()
        .flatMap(one -> values(one, before))
        .map(value -> name + "=" + value);
  }

  private Stream<String> values(OneParameter parameter, List<String> before) {
    return switch (parameter.name()) {
      case "api.server" -> remembered(before).serverNames().stream();
      case "ticket_id" -> remembered(before).ticketIds().stream();
      default -> parameter.choices().stream();
    };
  }

  private RememberedNames remembered(List<String> before) {
    var profile = Optional.<String>empty();
    for (var i = 0; i < before.size(); i++) {
      if (before.get(i).startsWith("--profile=")) {
        profile = Optional.of(before.get(i).substring("--profile=".length()));
      } else if (List.of("-p", "--profile").contains(before.get(i)) && i + 1 < before.size()) {
        profile = Optional.of(before.get(i + 1));
      }
    }
    return new RememberedNames(place, profile);
  }
}
