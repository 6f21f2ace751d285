package dev.latchkey.reseller;

import dev.latchkey.access.User;
import dev.latchkey.text.Quoted;
import java.util.regex.Pattern;

/** The name of a reseller: as WHM's user names, at most 16 lowercase letters and digits. */
record ResellerName(String value) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,15}");

  /** @throws IllegalArgumentException that says what would be right */
  static ResellerName parse(String text) {
    if (text.equals(User.ROOT)) {
      throw new IllegalArgumentException("“root” is not a reseller; it is who runs Latchkey.");
    }
    if (!NAME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text)
              + "” is not a valid user name: a lowercase letter, then lowercase letters and digits, at most 16.");
    }
    return new ResellerName(text);
  }

  @Override
  public String toString() {
    return value;
  }
}
