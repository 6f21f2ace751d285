package dev.latchkey.generate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page of settings, made of the interfaces that declare them: a sentence, a default and a name for each key. */
final class SettingsPage {
  private static final Pattern PART = Pattern.compile(
      "/\\*\\*(?<says>(?:(?!\\*/).)*)\\*/\\s*"
          + "(?:@WithName\\(\"(?<name>[^\"]*)\"\\)\\s*)?(?:@WithDefault\\(\"(?<usual>[^\"]*)\"\\)\\s*)?"
          + "(?<type>[A-Za-z<>]+) (?<method>[a-zA-Z]+)\\(\\);"
          + "|\n  interface (?<group>[A-Z][a-zA-Z]*) \\{"
          + "|(?<end>\n  \\})",
      Pattern.DOTALL);

  private final StringBuilder text = new StringBuilder(
      """
      <!-- %s -->
      # Settings

      Each is a system property, `-Dlatchkey.table=…`, or an environment variable, `LATCHKEY_TABLE`. A system property that
      begins with `latchkey.` and is not listed here stops the start.
      """.formatted(Generated.by(SettingsPage.class, "the settings' declarations")));

  private SettingsPage() {}

  static String write() throws IOException {
    var page = new SettingsPage();
    page.section(
        "The application",
        "On a laptop and in a Lambda; there the SAM template sets what it needs.",
        "src/main/java/dev/latchkey/settings/Settings.java",
        "latchkey");
    page.section(
        "On a laptop",
        "Beside those of the application.",
        "src/local/java/dev/latchkey/local/LaptopSettings.java",
        "latchkey.local");
    page.section(
        "The SAM template, served locally",
        "For `exec:exec@sam-local`.",
        "src/sam/java/dev/latchkey/sam/SamSettings.java",
        "latchkey");
    return page.text.toString();
  }

  private void section(String title, String sentence, String source, String prefix)
      throws IOException {
    text.append("\n## ").append(title).append("\n\n").append(sentence).append("\n\n");
    text.append("| setting | default | |\n| --- | --- | --- |\n");
    Deque<String> groups = new ArrayDeque<>();
    var part = PART.matcher(Files.readString(Path.of(source)));
    while (part.find()) {
      if (part.group("group") != null) {
        groups.push(kebab(part.group("group")));
      } else if (part.group("end") != null) {
        groups.poll();
      } else if (isSetting(part)) {
        row(part, prefix + (groups.isEmpty() ? "" : "." + groups.peek()));
      }
    }
  }

  /** A nested group is no setting itself, and what a start sets for itself is nobody else's to set. */
  private static boolean isSetting(Matcher part) {
    return part.group("type").matches("String|Path|boolean|int|Optional<.*|[A-Z]\\w*")
        && !part.group("says").strip().startsWith("* Set by")
        && !part.group("says").strip().startsWith("Set by")
        && (part.group("usual") != null
            || !part.group("type").equalsIgnoreCase(part.group("method")));
  }

  private void row(Matcher part, String prefix) {
    var name = part.group("name") == null ? kebab(part.group("method")) : part.group("name");
    var usual = part.group("usual") == null ? "" : "`" + part.group("usual") + "`";
    var says = part.group("says").replaceAll("\\s*\\n\\s*\\*\\s*", " ").strip();
    text.append("| `%s.%s` | %s | %s |\n"
        .formatted(prefix, name, usual, says.replaceAll("\\{@code ([^}]*)\\}", "`$1`")));
  }

  private static String kebab(String camel) {
    return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase();
  }
}
