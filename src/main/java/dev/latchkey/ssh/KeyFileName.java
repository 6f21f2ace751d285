package dev.latchkey.ssh;

import dev.latchkey.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The name of a key file directly in root's {@code .ssh}: any name that a person can read, with blanks too. */
public record KeyFileName(String value) {
  private static final String FOLDER = "/root/.ssh/";

  /** Of a file system: bytes. */
  private static final int MOST_BYTES = 255;

  private static final Pattern UNREADABLE = Pattern.compile("[\\p{C}\\u2028\\u2029]");

  /** What no shell reads anything into. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._-]+");

  /** @throws IllegalArgumentException that says what would be right */
  public static KeyFileName parse(String text) {
    var name = text.startsWith(FOLDER) ? text.substring(FOLDER.length()) : text;
    if (name.contains("/") || name.equals(".") || name.equals("..") || name.isEmpty()) {
      throw new IllegalArgumentException("“" + Quoted.of(text)
          + "” is not a file in /root/.ssh; use id_ed25519.pub or /root/.ssh/id_ed25519.pub.");
    }
    if (UNREADABLE.matcher(name).find()) {
      throw new IllegalArgumentException("“" + Quoted.of(name)
          + "” has characters that cannot be read; rename the file on the server.");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      throw new IllegalArgumentException("“" + Quoted.of(name) + "” is longer than the "
          + MOST_BYTES + " bytes that the name of a file can have.");
    }
    if (name.startsWith("authorized_keys")) {
      throw new IllegalArgumentException("“" + Quoted.of(name)
          + "” is a list of the keys that are authorized already; name the .pub file of one key.");
    }
    return new KeyFileName(name);
  }

  /** The whole path as a word of a command, for somebody who copies it: the name may have blanks and quotes. */
  public String inShell() {
    var path = FOLDER + value;
    return PLAIN.matcher(path).matches() ? path : "'" + path.replace("'", "'\\''") + "'";
  }

  @Override
  public String toString() {
    return value;
  }
}
