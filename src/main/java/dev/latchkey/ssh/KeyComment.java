package dev.latchkey.ssh;

import java.util.regex.Pattern;

/** The comment of a key that is to be made: only for people, and so that it stands in each file as it was given. */
public record KeyComment(String value) {
  private static final Pattern FORM = Pattern.compile("(?! )[A-Za-z0-9@._+ -]{0,100}(?<! )");

  /** @throws IllegalArgumentException that says what would be right */
  public static KeyComment parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "has another character than A-Z, a-z, 0-9, blanks and “@._+-”, begins or ends with a blank, or is longer than 100.");
    }
    if (text.startsWith(PublicKey.OUR_COMMENT)) {
      throw new IllegalArgumentException(
          "begins with “" + PublicKey.OUR_COMMENT + "”, by which the lines of grants are known.");
    }
    return new KeyComment(text);
  }
}
