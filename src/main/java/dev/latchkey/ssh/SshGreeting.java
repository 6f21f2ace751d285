package dev.latchkey.ssh;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The line with which an SSH server says its version: {@code SSH-protoversion-softwareversion SP comments} (RFC 4253 section
 * 4.2).
 *
 * @param received the whole line, of printable ASCII
 * @param protocol such as {@code 2.0}; {@code 1.99} of a server that also speaks the first protocol
 * @param software such as {@code OpenSSH_9.2p1}
 * @param comment what follows the first blank; empty where there is none
 */
public record SshGreeting(
    String received, String protocol, String software, Optional<String> comment) {
  private static final int MOST_CHARACTERS = 255;
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]+");
  private static final Pattern FORM = Pattern.compile("SSH-([0-9.]{1,10})-([^ ]+)(?: (.*))?");

  /** @return empty if it is not such a line */
  public static Optional<SshGreeting> parse(String line) {
    if (line.length() > MOST_CHARACTERS || !PRINTABLE.matcher(line).matches()) {
      return Optional.empty();
    }
    var parts = FORM.matcher(line);
    return parts.matches()
        ? Optional.of(new SshGreeting(
            line,
            parts.group(1),
            parts.group(2),
            Optional.ofNullable(parts.group(3)).filter(text -> !text.isEmpty())))
        : Optional.empty();
  }

  /** One, as the server said it. */
  public List<String> protocols() {
    return List.of(protocol);
  }
}
