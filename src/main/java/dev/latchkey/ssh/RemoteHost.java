package dev.latchkey.ssh;

import dev.latchkey.text.Quoted;
import java.util.Locale;
import java.util.regex.Pattern;

/** The name of a host in DNS, or its address. What it stands for is judged where the connection is made. */
public record RemoteHost(String value) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{1,253}");

  /** @throws IllegalArgumentException that says what would be right */
  public static RemoteHost parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("“" + Quoted.of(text)
          + "” is not the name of a host; use a name such as ssh.example.com, or an address.");
    }
    return new RemoteHost(text);
  }

  /** Names of hosts are the same in capitals. */
  public String lowerCase() {
    return value.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return value;
  }
}
