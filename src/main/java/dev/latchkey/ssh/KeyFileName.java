package dev.latchkey.ssh;

import dev.latchkey.text.Quoted;
import java.util.regex.Pattern;

/** The name of a key file directly in root's {@code .ssh}. */
public record KeyFileName(String value) {
  private static final String FOLDER = "/root/.ssh/";
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,200}");

  /** @throws IllegalArgumentException that says what would be right */
  public static KeyFileName parse(String text) {
    var name = text.startsWith(FOLDER) ? text.substring(FOLDER.length()) : text;
    if (!FORM.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text)
              + "” is not a file in /root/.ssh; use id_ed25519.pub or /root/.ssh/id_ed25519.pub, or the key itself as “text”.");
    }
    return new KeyFileName(name);
  }

  @Override
  public String toString() {
    return value;
  }
}
