package dev.latchkey.server;

import dev.latchkey.text.Quoted;
import java.util.Set;
import java.util.regex.Pattern;

/** The name of a server, unique in the deployment; it can be the first label of a host name. */
public record ServerName(String value) {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Set<String> RESERVED = Set.of("api", "www", "whm", "localhost");

  /** @throws IllegalArgumentException that says what would be right */
  public static ServerName parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text)
              + "” is not a valid server name; use 1 to 63 of a-z, 0-9 and “-”, beginning with a letter.");
    }
    if (RESERVED.contains(text)) {
      throw new IllegalArgumentException("“" + text + "” is reserved; choose another name.");
    }
    return new ServerName(text);
  }

  @Override
  public String toString() {
    return value;
  }
}
