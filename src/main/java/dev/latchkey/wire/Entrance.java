package dev.latchkey.wire;

import java.util.Optional;
import java.util.regex.Pattern;

/** The pages by which sessions are opened and ended: {@code /login} and {@code /logout}, also after {@code /cpsess…}. */
public enum Entrance {
  OPEN("login"),
  END("logout");

  /** Where its resource is; no function's name has a dash. */
  static final String PATH = "way-in";

  private static final Pattern FORM =
      Pattern.compile("(?:/cpsess[0-9]*)?/(login|logout)/?", Pattern.DOTALL);

  private final String segment;

  Entrance(String segment) {
    this.segment = segment;
  }

  /** What it is called in paths. */
  public String segment() {
    return segment;
  }

  /** @param path as it stands in the request line, without the query */
  static Optional<Entrance> of(String path) {
    var form = FORM.matcher(path);
    return form.matches()
        ? Optional.of(form.group(1).equals(OPEN.segment) ? OPEN : END)
        : Optional.empty();
  }
}
