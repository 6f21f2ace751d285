package dev.latchkey.ssh;

import dev.latchkey.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Options of one line of authorized_keys (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). Only those that narrow what a key may
 * do, or give back a part of what {@code restrict} took.
 *
 * @param text as they stand in the line, separated by commas
 */
public record KeyOptions(String text) {
  private static final Set<String> WORDS = new TreeSet<>(Set.of(
      "restrict",
      "pty",
      "no-pty",
      "port-forwarding",
      "no-port-forwarding",
      "agent-forwarding",
      "no-agent-forwarding",
      "X11-forwarding",
      "no-X11-forwarding",
      "user-rc",
      "no-user-rc",
      "no-touch-required",
      "verify-required"));

  private static final List<Pattern> WITH_VALUE = List.of(
      Pattern.compile("from=\"[0-9A-Fa-f.:/,]{2,1000}\""),
      Pattern.compile("expiry-time=\"[0-9]{8}([0-9]{4}([0-9]{2})?)?Z?\""));

  public static final String ALLOWED =
      String.join(", ", WORDS) + ", from=\"ADDRESSES\", expiry-time=\"YYYYMMDD\"";

  /** @throws IllegalArgumentException that names the one that is not allowed */
  public static KeyOptions parse(String text) {
    for (var option : split(text)) {
      var isAllowed = WORDS.contains(option)
          || WITH_VALUE.stream().anyMatch(form -> form.matcher(option).matches());
      if (!isAllowed) {
        throw new IllegalArgumentException(
            "“" + Quoted.of(option) + "” is not allowed; allowed are " + ALLOWED + ".");
      }
    }
    return new KeyOptions(text);
  }

  /** At the commas outside of quotes. */
  private static List<String> split(String text) {
    var options = new ArrayList<String>();
    var from = 0;
    var quoted = false;
    for (var i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '"') {
        quoted = !quoted;
      } else if (text.charAt(i) == ',' && !quoted) {
        options.add(text.substring(from, i));
        from = i + 1;
      }
    }
    options.add(text.substring(from));
    return options;
  }
}
