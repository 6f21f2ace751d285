package dev.latchkey.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How an answer is shown. */
enum OutputFormat {
  YAML,
  JSON,
  JSONPRETTY,
  TABLE,
  XML;

  /** As asked; else YAML, as WHM has it, and a table for whoever calls {@code latchkey} on a terminal. */
  static OutputFormat of(CliOptions options, Workplace place) {
    if (options.output().isEmpty()) {
      return place.isWhmapi1() || !place.terminal() ? YAML : TABLE;
    }
    return Arrays.stream(values())
        .filter(one -> one.word().equals(options.output().get()))
        .findFirst()
        .orElseThrow(
            () -> CliProblem.usage("--output: “" + Visible.line(options.output().get())
                + "” is not a valid format; use one of " + String.join(", ", words()) + "."));
  }

  static List<String> words() {
    return Arrays.stream(values()).map(OutputFormat::word).collect(Collectors.toList());
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String text(RemoteAnswer answer, List<String> columns, boolean terminal) {
    if (answer.tree().isEmpty()) {
      var xml = new String(answer.reply().body(), StandardCharsets.UTF_8);
      return (terminal ? Visible.lines(xml) : xml) + (xml.endsWith("\n") ? "" : "\n");
    }
    var tree = answer.tree().get();
    return switch (this) {
      case JSON -> JsonText.compact(tree) + "\n";
      case JSONPRETTY -> JsonText.pretty(tree) + "\n";
      case TABLE -> TableText.of(answer, columns);
      default -> YamlText.of(tree);
    };
  }
}
