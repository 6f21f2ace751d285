package dev.latchkey.server;

import dev.latchkey.text.Quoted;
import java.util.Arrays;
import java.util.Locale;

/** Where a server keeps the lines of grants. */
public enum KeyFiles {
  /** In the account's own authorized_keys. */
  ACCOUNT,
  /** In files of root's below {@code /etc/ssh/latchkey}, which no account can touch. */
  MANAGED;

  /** @throws IllegalArgumentException that says what would be right */
  public static KeyFiles parse(String text) {
    return Arrays.stream(values())
        .filter(files -> files.toString().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "“" + Quoted.of(text) + "” is neither managed nor account."));
  }

  /** As orders, calls and the table have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
