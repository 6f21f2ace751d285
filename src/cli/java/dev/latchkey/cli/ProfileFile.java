package dev.latchkey.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code ~/.config/latchkey/config}: {@code default = NAME}, then a {@code [NAME]} and its {@code key = value} for each profile. */
final class ProfileFile {
  static final List<String> KEYS = List.of("url", "user", "token_file", "ca", "server");

  private final Path file;
  private final List<String> lines;
  private final Map<String, Map<String, String>> profiles = new LinkedHashMap<>();
  private Optional<String> byDefault = Optional.empty();

  private ProfileFile(Path file, List<String> lines) {
    this.file = file;
    this.lines = new ArrayList<>(lines);
    Optional<String> section = Optional.empty();
    for (var i = 0; i < lines.size(); i++) {
      var line = lines.get(i).strip();
      if (line.startsWith("[") && line.endsWith("]")) {
        section = Optional.of(line.substring(1, line.length() - 1).strip());
        profiles.put(checkedName(section.get()), new TreeMap<>());
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        entry(section, line, i + 1);
      }
    }
  }

  private void entry(Optional<String> section, String line, int number) {
    var equals = line.indexOf('=');
    var key = equals < 0 ? line : line.substring(0, equals).strip();
    var value = equals < 0 ? "" : line.substring(equals + 1).strip();
    if (section.isEmpty() && key.equals("default") && !value.isEmpty()) {
      byDefault = Optional.of(value);
    } else if (section.isPresent() && KEYS.contains(key) && !value.isEmpty()) {
      profiles.get(section.get()).put(key, value);
    } else {
      // Without the line itself: it may hold a token.
      throw CliProblem.usage(file + ", line " + number + ": a profile has the lines "
          + String.join(" = …, ", KEYS) + " = …; before the first one stands default = NAME.");
    }
  }

  static ProfileFile of(Workplace place) {
    var file = path(place);
    return Files.exists(file)
        ? new ProfileFile(
            file, PrivateFile.read("the profiles in", file).lines().toList())
        : new ProfileFile(file, List.of());
  }

  private static Path path(Workplace place) {
    return place
        .variable("LATCHKEY_CONFIG")
        .map(Path::of)
        .orElseGet(() -> place
            .variable("XDG_CONFIG_HOME")
            .map(Path::of)
            .orElseGet(() -> place.home().resolve(".config"))
            .resolve("latchkey/config"));
  }

  static String checkedName(String name) {
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,49}")) {
      throw CliProblem.usage(
          "“" + Visible.line(name)
              + "” is not a valid name of a profile; it has 1 to 50 letters, digits, dots, dashes and underscores.");
    }
    return name;
  }

  Map<String, Map<String, String>> profiles() {
    return profiles;
  }

  Optional<String> byDefault() {
    return byDefault;
  }

  /** @throws CliProblem if there is none of that name */
  Map<String, String> profile(String name) {
    var found = profiles.get(name);
    if (found == null) {
      throw CliProblem.usage("There is no profile “" + Visible.line(name) + "” in " + file
          + (profiles.isEmpty()
              ? "; latchkey profile add makes one."
              : "; there are: " + String.join(", ", profiles.keySet()) + "."));
    }
    return found;
  }

  /** Appends it; what stands in the file stays as it is, comments too. */
  void add(String name, Map<String, String> values) {
    if (profiles.containsKey(checkedName(name))) {
      throw CliProblem.usage(
          "There is a profile “" + name + "” in " + file + " already; edit it there.");
    }
    if (!lines.isEmpty()) {
      lines.add("");
    }
    lines.add("[" + name + "]");
    values.forEach((key, value) -> lines.add(key + " = " + value));
    write();
  }

  void use(String name) {
    profile(name);
    lines.removeIf(line -> line.strip().matches("default\\s*=.*"));
    lines.add(0, "default = " + name);
    write();
  }

  private void write() {
    try {
      PrivateFile.write(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw CliProblem.usage("Cannot write " + file + ": " + PrivateFile.why(e) + ".");
    }
  }
}
