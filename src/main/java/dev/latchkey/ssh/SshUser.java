package dev.latchkey.ssh;

import dev.latchkey.text.Quoted;
import java.util.regex.Pattern;

/** The account of a server that somebody logs in to (useradd(8), with the dot that some systems allow). */
public record SshUser(String value) {
  public static final SshUser ROOT = new SshUser("root");

  private static final Pattern FORM = Pattern.compile("[a-z_][a-z0-9_.-]{0,31}");

  /** @throws IllegalArgumentException that says what would be right */
  public static SshUser parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text)
              + "” is not a valid account name; use 1 to 32 of a-z, 0-9, “_”, “.” and “-”, beginning with a letter or “_”.");
    }
    return new SshUser(text);
  }

  @Override
  public String toString() {
    return value;
  }
}
