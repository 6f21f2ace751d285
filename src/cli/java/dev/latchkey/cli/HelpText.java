package dev.latchkey.cli;

import java.util.List;

/** Help, made of the declarations that this command was built with. */
final class HelpText {
  private static final int WIDTH = 78;

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
    text.append("\nOptions:\n").append(OptionGrammar.help());
    text.append("\nValues:\n");
    if (place.isWhmapi1()) {
      text.append("  NAME=VALUE                 URI-encoded: %20 is a blank\n");
    } else {
      text.append("  NAME=VALUE                 as it stands\n")
          .append("  NAME=@FILE, NAME=@-        read from a file, from the standard input\n")
          .append("  NAME:=JSON                 JSON, such as a list of texts\n");
    }
    text.append("  NAME-1=… NAME-2=…          several values\n");
    text.append(
            "\nEnvironment: LATCHKEY_URL, LATCHKEY_TOKEN_FILE (a file that holds USER:TOKEN),\n")
        .append("LATCHKEY_USER, LATCHKEY_CA, LATCHKEY_SERVER, LATCHKEY_PROFILE, LATCHKEY_CONFIG,\n")
        .append("HTTPS_PROXY, NO_PROXY.\n");
    text.append(
            "\nExit codes: 0 done, 1 refused or not done, 2 wrong command line, 3 credential not\n")
        .append("accepted, 4 no answer, 5 fault of the server.\n");
    text.append("\nFunctions (a server may have others):\n");
    var width = FunctionList.embedded().all().stream()
        .mapToInt(one -> one.name().length())
        .max()
        .orElse(0);
    for (var function : FunctionList.embedded().all()) {
      text.append("  ")
          .append(function.name())
          .append(" ".repeat(width + 2 - function.name().length()))
          .append(function.sentence())
          .append('\n');
    }
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
    text.append("\n\n").append(function.sentence()).append('\n');
    text.append(
            function.privilege().isEmpty()
                ? "Any caller may call it"
                : "It requires the privilege " + function.privilege())
        .append(function.changes() ? "; it changes something.\n" : "; it changes nothing.\n");
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

  private static void wrap(StringBuilder text, String sentence) {
    var line = new StringBuilder("     ");
    for (var word : List.of(sentence.split(" "))) {
      if (line.length() + 1 + word.length() > WIDTH) {
        text.append(line).append('\n');
        line = new StringBuilder("     ");
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }
}
