package dev.latchkey.ssh;

import dev.latchkey.text.Quoted;
import java.util.Set;
import java.util.regex.Pattern;

/** The name of a key that is to be made or imported: a file of root's {@code .ssh}, its public half with {@code .pub}. */
public record NewKeyName(String value) {
  private static final String PUBLIC = ".pub";
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

  /** What OpenSSH reads in that folder as something else than a key; {@code identity} is a key of its first protocol. */
  private static final Set<String> TAKEN = Set.of("config", "environment", "rc", "identity");

  private static final Pattern LISTS = Pattern.compile("(?:authorized_keys|known_hosts).*");

  /** @throws IllegalArgumentException that says what would be right */
  public static NewKeyName parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text)
              + "” is not a valid name of a key; use 1 to 64 of A-Z, a-z, 0-9, “.”, “_” and “-”, and begin with a letter, a digit or “_”.");
    }
    var name = new NewKeyName(text);
    if (TAKEN.contains(name.base()) || LISTS.matcher(text).matches()) {
      throw new IllegalArgumentException("“" + Quoted.of(text)
          + "” is a file that OpenSSH reads as something other than a key; choose another name.");
    }
    return name;
  }

  private String base() {
    return isPublic() ? value.substring(0, value.length() - PUBLIC.length()) : value;
  }

  public boolean isPublic() {
    return value.endsWith(PUBLIC);
  }

  /** The file of the private half. */
  public KeyFileName file() {
    return new KeyFileName(base());
  }

  /** The file of the public half. */
  public KeyFileName publicFile() {
    return new KeyFileName(base() + PUBLIC);
  }

  @Override
  public String toString() {
    return value;
  }
}
