package dev.latchkey.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code latchkey profile list|use|add}, which asks nothing, so that scripts can call it. */
final class ProfileVerb {
  private final Workplace place;

  ProfileVerb(Workplace place) {
    this.place = place;
  }

  /** @return what to show */
  String run(List<String> words) {
    var file = ProfileFile.of(place);
    var verb = words.isEmpty() ? "list" : words.get(0);
    if (verb.equals("list") && words.size() <= 1) {
      return list(file);
    }
    if (verb.equals("use") && words.size() == 2) {
      file.use(words.get(1));
      return "";
    }
    if (verb.equals("add") && words.size() > 2) {
      file.add(words.get(1), values(words.subList(2, words.size())));
      return "";
    }
    throw CliProblem.usage(
        "latchkey profile list, latchkey profile use NAME, or latchkey profile add NAME "
            + String.join("=… ", ProfileFile.KEYS) + "=…");
  }

  private static String list(ProfileFile file) {
    var text = new StringBuilder();
    file.profiles()
        .forEach((name, values) -> text.append(
                file.byDefault().filter(name::equals).isPresent() ? "* " : "  ")
            .append(name)
            .append("  ")
            .append(Visible.line(values.getOrDefault("url", "(no url)")))
            .append('\n'));
    return text.toString();
  }

  private static Map<String, String> values(List<String> words) {
    var values = new LinkedHashMap<String, String>();
    for (var word : words) {
      var equals = word.indexOf('=');
      var key = equals < 0 ? "" : word.substring(0, equals);
      if (!ProfileFile.KEYS.contains(key)) {
        // Not the word itself: it may be a token.
        throw CliProblem.usage("A profile has " + String.join("=, ", ProfileFile.KEYS)
            + "=; a token never stands on a command line, but in the file that token_file names.");
      }
      var value = word.substring(equals + 1);
      if (value.isBlank() || value.chars().anyMatch(Character::isISOControl)) {
        throw CliProblem.usage(key + ": a value stands on one line and is not empty.");
      }
      values.put(key, checked(key, value));
    }
    if (!values.containsKey("url")) {
      throw CliProblem.usage("A profile has a url=, such as url=https://whm.example.com:2087.");
    }
    return values;
  }

  /** Files are named from the root, as the next command may run in another folder. */
  private static String checked(String key, String value) {
    if (key.equals("url")) {
      ServerPlace.of(value, "url");
    }
    return key.equals("token_file") || key.equals("ca")
        ? Path.of(value).toAbsolutePath().normalize().toString()
        : value;
  }
}
