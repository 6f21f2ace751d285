package dev.latchkey.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Help, made of the declarations that this command was built with. */
final class HelpText {
  private static final int WIDTH = 78;

  /** The sentence of a longer one begins on a line of its own. */
  private static final int LONGEST_NAME = 28;

  private HelpText() {}

  static String general(Workplace place) {
    var name = place.name();
    var text =
        new StringBuilder("Usage: " + name + " [OPTION…] FUNCTION [NAME=VALUE…] [OPTION…]\n");
    if (!place.isWhmapi1()) {
      text.append("       latchkey watch ticket_grant NAME=VALUE…\n")
          .append("       latchkey help [FUNCTION]\n")
          .append("       latchkey profile list|use NAME|add NAME url=… token_file=…\n")
          .append("       latchkey completion bash|zsh\n");
    }
    text.append("\nOptions:\n");
    table(text, OptionGrammar.help());
    text.append("\nValues:\n");
    if (place.isWhmapi1()) {
      text.append("  NAME=VALUE                 URI-encoded: %20 is a blank\n");
    } else {
      text.append("  NAME=VALUE                 as it stands\n")
          .append("  NAME=@FILE, NAME=@-        read from a file, from the standard input\n")
          .append("  NAME:=JSON                 JSON, such as a list of texts\n");
    }
    text.append("  NAME-1=… NAME-2=…          several values\n");
    wrap(
        text.append('\n'),
        "Environment:",
        "LATCHKEY_URL, LATCHKEY_TOKEN_FILE (a file that holds USER:TOKEN), LATCHKEY_USER, LATCHKEY_CA, LATCHKEY_SERVER, LATCHKEY_PROFILE, LATCHKEY_CONFIG, HTTPS_PROXY, NO_PROXY.");
    wrap(
        text.append('\n'),
        "Exit codes:",
        "0 done, 1 refused or not done, 2 wrong command line, 3 credential not accepted, 4 no answer, 5 fault of the server or another answer.");
    text.append("\nFunctions (a server may have others):\n");
    var functions = new LinkedHashMap<String, String>();
    FunctionList.embedded().all().forEach(one -> functions.put(one.name(), one.sentence()));
    table(text, functions);
    return text.toString();
  }

  static String of(String name, Workplace place) {
    var function = FunctionList.embedded()
        .find(name)
        .orElseThrow(() -> CliProblem.usage("This " + place.name() + " does not know “"
            + Visible.line(name) + "”; a newer server may, so it can be called all the same."));
    var text = new StringBuilder("Usage: " + place.name() + " " + name);
    function.parameters().stream()
        .filter(OneParameter::required)
        .forEach(one -> text.append(' ')
            .append(one.name())
            .append('=')
            .append(one.secret() && !place.isWhmapi1() ? "@FILE" : "…"));
    wrap(text.append("\n\n"), "", function.sentence());
    text.append(
            function.privilege().isEmpty()
                ? "Any caller may call it"
                : "It requires the privilege " + function.privilege())
        .append(changes(function));
    for (var one : function.parameters()) {
      text.append("\n  ")
          .append(one.name())
          .append("  (")
          .append(one.type())
          .append(one.required() ? ", required" : "")
          .append(one.repeats() ? ", may be repeated" : "")
          .append(one.secret() ? ", secret" : "")
          .append(one.byDefault()
              .filter(value -> !value.isEmpty())
              .map(value -> ", by default " + value)
              .orElse(""))
          .append(")\n");
      wrap(text, one.sentence());
      if (!one.choices().isEmpty() && !one.type().equals("flag")) {
        wrap(text, "One of: " + String.join(", ", one.choices()) + ".");
      }
    }
    return text.toString();
  }

  /** Only of a function that runs others nobody can try first what it changes. */
  private static String changes(OneFunction function) {
    if (!function.changes()) {
      return "; it changes nothing.\n";
    }
    return function.takes("api.dry_run")
        ? "; it changes something.\n"
        : "; it changes what its commands change.\n";
  }

  /** Names on the left, and what is said of them beside. */
  private static void table(StringBuilder text, Map<String, String> rows) {
    var width = Math.min(
        LONGEST_NAME, rows.keySet().stream().mapToInt(String::length).max().orElse(0));
    rows.forEach((name, sentence) -> {
      var head = "  " + name;
      if (name.length() > width) {
        text.append(head).append('\n');
        head = "";
      }
      wrap(text, head + " ".repeat(width + 3 - head.length()), sentence);
    });
  }

  private static void wrap(StringBuilder text, String sentence) {
    wrap(text, "     ", sentence);
  }

  /** @param head what stands before the first line; the others are as far from the left */
  private static void wrap(StringBuilder text, String head, String sentence) {
    var line = new StringBuilder(head);
    for (var word : List.of(sentence.split(" "))) {
      if (line.length() + word.length() >= WIDTH) {
        text.append(line).append('\n');
        line = new StringBuilder(" ".repeat(head.length()));
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    text.append(line).append('\n');
  }
}
